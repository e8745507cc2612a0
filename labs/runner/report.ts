// Report: one check of a student's file, once it is over, for whoever tells it: as text, as JSON, as JUnit's XML.

import type { Lab, Line } from '../kit/lab.ts';
import type { CheckResult } from './check-messages.ts';

export interface Report {
  readonly lab: Pick<Lab, 'number' | 'name'>;
  /** Absolute path. */
  readonly file: string;
  /** In the lab's order. */
  readonly results: readonly CheckResult[];
  /** Why the file could not be checked at all; then there are no results. */
  readonly unfit?: { readonly message: string; readonly look?: Line };
  /** Real time. */
  readonly milliseconds: number;
}

export const hasPassed = ({ results, unfit }: Report): boolean =>
  unfit === undefined && results.every(({ passed }) => passed);

/** `replication.ts:31` */
export const lineText = ({ file, line }: Line): string => `${file}:${line}`;

/**
 * The command that shows the failing instant. Of the first failing check it need not say which check.
 * @param file of another file than the one in the student's folder: as it was given
 */
export const visitCommand = (lab: string, seed: number, check?: string, file?: string): string =>
  `npx kubelab lab visit ${lab}${check === undefined ? '' : ` --check ${check}`} --seed ${seed}${fileOption(file)}`;

/** ` --file my.ts`, for a shell; '' for none. */
export const fileOption = (file: string | undefined): string =>
  file === undefined ? '' : ` --file ${/^[\w@%+=:,./\\-]+$/.test(file) ? file : JSON.stringify(file)}`;
