// What lab 1 asks: a kubeconfig that works, and answers that a cluster agrees with. Nothing is compared with a list of right
// answers: requests go over TLS to a cluster, and what is said about components is held against the audit of one.

import { describeLab } from '../kit/describe-lab.ts';
import type { Lab } from '../kit/lab.ts';
import { leadsThere, speaksForItsUser, trustsNobodyElse } from './kubeconfig-checks.ts';
import { inWhichOrder, whoWritesWhat, withoutIt } from './question-checks.ts';

export const lab: Lab = {
  number: 1,
  name: 'look-around',
  hours: 2,
  file: 'look-around.ts',
  checks: [leadsThere, trustsNobodyElse, speaksForItsUser, whoWritesWhat, inWhichOrder, withoutIt],
};
export default lab;

describeLab(lab);
