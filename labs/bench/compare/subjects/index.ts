// Subjects: which slots can be compared, and where their workloads are. Loaded when they are asked for.
//
// To add workloads to a slot: a file beside this one that exports a function from Size to trials, and its line here.

import type { Role } from '../../../../core/cluster/composition.ts';
import type { Subject } from '../comparison.ts';
import type { Size, Trial } from '../trial.ts';

export interface SubjectEntry {
  readonly subject: Subject;
  /** What a variant must provide. */
  readonly role: Role;
  /** In the order of `kubelab bench list`. */
  trials(size: Size): Promise<readonly Trial[]>;
}

export const subjects: readonly SubjectEntry[] = [
  {
    subject: 'scheduler',
    role: 'Scheduler',
    trials: async (size) => (await import('./schedulers.ts')).schedulerTrials(size),
  },
  {
    subject: 'store',
    role: 'Store',
    trials: async (size) => (await import('./stores.ts')).storeTrials(size),
  },
  {
    subject: 'proxy',
    role: 'Proxy',
    trials: async (size) => (await import('./proxies.ts')).proxyTrials(size),
  },
  {
    subject: 'runtime',
    role: 'ContainerRuntime',
    trials: async (size) => (await import('./runtimes.ts')).runtimeTrials(size),
  },
];
