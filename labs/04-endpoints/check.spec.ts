// Lab 4, an endpoints controller, as data. Each check builds a small world of Services and pods (scene.ts), lets something
// happen, and looks whether the slices tell the truth soon after (truth.ts).

import { describeLab } from '../kit/describe-lab.ts';
import type { Lab } from '../kit/lab.ts';
import { membership } from './membership.ts';
import { trouble } from './trouble.ts';
import { writing } from './writing.ts';

export const lab: Lab = {
  number: 4,
  name: 'endpoints',
  hours: 3,
  file: 'endpoints.ts',
  slot: 'Controller',
  checks: [...membership, ...writing, ...trouble],
};
export default lab;

describeLab(lab);
