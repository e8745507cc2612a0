// What lab 6 asks of a store: first by itself, easiest first, then side by side with the store of reference on random work,
// then as the store of a whole cluster.

import { describeLab } from '../kit/describe-lab.ts';
import type { Lab } from '../kit/lab.ts';
import { guarded, oneWinner } from './compare-and-set.ts';
import { keeps, newLife, oneNumber } from './one-line.ts';
import { inOrder, thePast } from './reading.ts';
import { sideBySide } from './side-by-side.ts';
import { wholeCluster } from './whole-cluster.ts';

export const lab: Lab = {
  number: 6,
  name: 'store',
  hours: 3,
  file: 'store.ts',
  slot: 'Store',
  checks: [keeps, oneNumber, newLife, guarded, oneWinner, inOrder, thePast, sideBySide, wholeCluster],
};
export default lab;

describeLab(lab);
