// Check messages: what is asked of a check run, what comes back, and what the command and the child process in which the
// student's file runs say to each other over IPC.
//   parent: run        child: ready, plan, begin, begin, result, begin, result, ..., done
// Always true: what the child says comes in that order, and each check that began has a result, or the child has ended.

import type { Finding, Line } from '../kit/lab.ts';

export interface CheckRequest {
  /** Name of the lab: `replication`. */
  readonly lab: string;
  /** Absolute path of the student's file. */
  readonly file: string;
  /** Ids of checks; all unless told. */
  readonly checks?: readonly string[];
  /** This seed alone. */
  readonly seed?: number;
  /** Seeds 1 to this number, instead of as many as the check takes. */
  readonly seeds?: number;
}

export interface CheckResult {
  /** Name of the lab: `replication`. */
  readonly lab: string;
  /** `3.4` */
  readonly check: string;
  readonly title: string;
  readonly passed: boolean;
  /** Why it did not pass; undefined of a check that passed or was not run. */
  readonly finding?: Finding;
  /** The check was not run: an earlier one did not leave a process to run it in. */
  readonly skipped?: boolean;
  /** How many seeds were tried. */
  readonly seeds: number;
  /** Real time. */
  readonly milliseconds: number;
  /** What the file printed: under the seed that failed, else under the first. */
  readonly printed: Printed;
}

/** What a person's file printed: the first lines, the last ones, and how much there was between. */
export interface Printed {
  readonly lines: readonly string[];
  /** The last lines of what did not fit into `lines`. */
  readonly end?: readonly string[];
  /** Characters that are neither in `lines` nor in `end`. */
  readonly more: number;
  /** Set when it was more than anybody reads. */
  readonly tooMuch?: { readonly characters: number; readonly look?: Line };
}

export type ToChild = {
  readonly type: 'run';
  readonly request: CheckRequest;
};

export type FromChild =
  /** Everything but the student's file is loaded. */
  | { readonly type: 'ready' }
  /** The checks to come, in their order. */
  | { readonly type: 'plan'; readonly checks: readonly PlannedCheck[] }
  /** A seed of a check begins. */
  | { readonly type: 'begin'; readonly check: string; readonly seed: number }
  | { readonly type: 'result'; readonly result: CheckResult }
  /** The student's file cannot be checked at all: it does not compile, throws, exports something else. One sentence. */
  | { readonly type: 'unfit'; readonly message: string; readonly look?: Line }
  /** The lab itself, or Kubelab, is wrong. */
  | { readonly type: 'broken'; readonly message: string }
  /** Nothing more comes; checks without a result were not run. */
  | { readonly type: 'done' };

export interface PlannedCheck {
  readonly check: string;
  readonly title: string;
}
