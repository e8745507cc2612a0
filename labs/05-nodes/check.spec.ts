// Lab 5, as data: its checks in the order in which a student meets them, numbered as README.md's invariants.
// The nodes are real kubelets on simulated machines. One dies by losing its power; nobody is told.

import { describeLab } from '../kit/describe-lab.ts';
import type { Lab } from '../kit/lab.ts';
import { cancels, evicts, stays, taints } from './evictions.ts';
import { beforeItsTime, believes, doubts, ignoresOthers, ownClock } from './silence.ts';
import { doubtsItself, retries } from './trouble.ts';

export const lab: Lab = {
  number: 5,
  name: 'nodes',
  hours: 3,
  file: 'nodes.ts',
  slot: 'Controller',
  checks: [
    believes,
    doubts,
    ignoresOthers,
    ownClock,
    beforeItsTime,
    taints,
    evicts,
    stays,
    cancels,
    retries,
    doubtsItself,
  ],
};
export default lab;

describeLab(lab);
