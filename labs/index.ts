// Labs: all of them, in order.

import { lab as lookAround } from './01-look-around/check.spec.ts';
import { lab as roundRobin } from './02-round-robin/check.spec.ts';
import { lab as replication } from './03-replication/check.spec.ts';
import { lab as endpoints } from './04-endpoints/check.spec.ts';
import { lab as nodes } from './05-nodes/check.spec.ts';
import { lab as store } from './06-store/check.spec.ts';
import type { Lab } from './kit/lab.ts';

export const labs: readonly Lab[] = [lookAround, roundRobin, replication, endpoints, nodes, store];
