// Labs: all of them, in order.

import type { Lab } from './kit/lab.ts';

export const labs: readonly Lab[] = [];
