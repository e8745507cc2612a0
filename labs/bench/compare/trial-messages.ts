// Trial messages: what the command and the process of one run say to each other.

import type { Failure, Level } from './comparison.ts';
import type { RunOutcome, Size } from './trial.ts';
import type { VariantChoice } from './variant.ts';

export interface TrialRequest {
  /** `check`: look for what a measured run has no time to look for. */
  readonly mode: 'run' | 'check';
  /** What the workload was found by, and its name. */
  readonly source: string;
  readonly trial: string;
  readonly size: Size;
  readonly level: Level;
  readonly variant: VariantChoice;
  readonly seed: string;
  /** Milliseconds that a call of the variant may take. */
  readonly patience: number;
}

export type FromTrial =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly outcome: RunOutcome | undefined }
  | { readonly type: 'fault'; readonly failure: Failure }
  /** The workload cannot be carried out, whatever the variant. */
  | { readonly type: 'broken'; readonly message: string };
