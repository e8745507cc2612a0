// Trial: one workload that variants of one slot are put through. What `kubelab bench` knows of a workload is this, whatever
// the slot: a scheduler's workloads come from files (workloads/*.yaml), those of the other slots are written in TypeScript.
//
// To add one: write it as an object in a file of subjects/, and list it in that file's function of subjects/index.ts.
//   export const writes: Trial = {
//     name: 'StoreWrites/10000Objects', description: '...', subject: 'store', levels: ['alone'], labels: ['fast'],
//     measures: () => [{ name: 'throughput.average', title: 'objects written', unit: 'objects/s', better: 'higher' }],
//     async run(round) {
//       const store = round.build(Store);
//       ...
//       return { values: { 'throughput.average': written / seconds } };
//     },
//   };
//
// Always true: each run has a process of its own, which ends with it; a run returns to the event loop every second or so
// (`await nextTurn()`), since whoever does not is taken to hang; it ends what it started.

import type { Given } from '../../../core/cluster/container.ts';
import type { ConfiguredPlugin } from '../../../core/cluster/plugin.ts';
import type { Token } from '../../../core/cluster/token.ts';
import type { Clock } from '../../../core/contracts/clock.ts';
import type { Random } from '../../../core/contracts/random.ts';
import type { Failure, Level, Measure, Run, Subject } from './comparison.ts';

export interface Trial {
  /** `SchedulingBasic/5000Nodes_10000Pods`: what is done, and how much of it. */
  readonly name: string;
  /** One line for `kubelab bench list`. */
  readonly description: string;
  readonly subject: Subject;
  /** The file that it was read from: there the process of a run looks for it, instead of everywhere. */
  readonly file?: string;
  /** What can be asked for instead of the size: `fast` (seconds), `performance` (the sizes of published figures). */
  readonly labels: readonly string[];
  /** Those that it can be run on; where nobody asks, all of them but `https`. */
  readonly levels: readonly Level[];
  /** In the order in which a table shows them. */
  measures(level: Level): readonly Measure[];
  /** Once, measured. @throws VariantFault where the variant is at fault; anything else counts as thrown by the variant. */
  run(round: Round): Promise<RunOutcome>;
  /**
   * Done once a variant before its runs, not measured: finds what a measured run has no time to look for, such as a
   * variant that changes what it is shown. In a process of its own too. @throws VariantFault
   */
  check?(round: Round): Promise<void>;
}

/** What a run is given. */
export interface Round {
  readonly level: Level;
  readonly seed: string;
  readonly variant: ConfiguredPlugin;
  /** Where a person wrote the variant; undefined for those that come with Kubelab. */
  readonly file?: string;
  /** Real time. */
  readonly clock: Clock;
  /** Begins at the seed; the same for every variant. */
  readonly random: Random;
  /**
   * The variant's class, made anew each time. It is given Clock and Random, and what is told besides.
   * @throws VariantFault `does not load`
   */
  build<T>(token: Token<T>, ...values: Given[]): T;
  /** What the variant is asked now, `place(default/pod-7)`: told if it never returns. Cheap; '' when it has returned. */
  during(call: string): void;
}

export type RunOutcome = Pick<Run, 'values' | 'series' | 'nodes'>;

/** How large a run is made, where the workload's own size is not wanted. */
export interface Size {
  readonly nodes?: number;
  /** Or objects, requests, whatever the workload counts. */
  readonly pods?: number;
}

/** The variant did what it must not; the run ends, the others go on. */
export class VariantFault extends Error {
  override readonly name = 'VariantFault';
  readonly reason: Failure['reason'];

  constructor(reason: Failure['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The workload itself cannot be carried out, whatever the variant: an object that the API refuses. */
export class WorkloadFault extends Error {
  override readonly name = 'WorkloadFault';
}
