// Lab 3, as data: its checks in the order in which a student meets them, numbered as README.md's invariants. Each lives
// through a story in a whole cluster: what must hold at every instant is watched by observers, what must come about in
// the end is waited for.

import { describeLab } from '../kit/describe-lab.ts';
import type { Lab } from '../kit/lab.ts';
import { comesToRest, getsThere, tellsStatus } from './endings.ts';
import { countsPods, deletesSurplus, ignoresTerminating, makesMissing, neverMore, replacesLost } from './numbers.ts';
import { adopts, leastFirst, leavesGoing, onlyItsOwn } from './owners.ts';

export const lab: Lab = {
  number: 3,
  name: 'replication',
  hours: 4,
  file: 'replication.ts',
  slot: 'Controller',
  checks: [
    makesMissing,
    replacesLost,
    deletesSurplus,
    neverMore,
    ignoresTerminating,
    countsPods,
    onlyItsOwn,
    adopts,
    leastFirst,
    tellsStatus,
    comesToRest,
    leavesGoing,
    getsThere,
  ],
};
export default lab;

describeLab(lab);
