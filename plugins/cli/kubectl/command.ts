// Command: what each command of the built-in kubectl consists of.

import type { Command } from 'commander';
import type { Session } from './session.ts';

export interface KubectlCommand<Options = never> {
  /** What follows the command's name, as shown by its help: `TYPE [NAME...]`. */
  readonly usage: string;
  readonly summary: string;
  /** Declares the flags that the command has beside those that all have. */
  flags?(command: Command): unknown;
  /** Does the work. What goes wrong with one object of several is told to `session.fail`; the rest goes on. */
  run(session: Session, args: readonly string[], options: Options): Promise<void>;
}

/** Collects the values of a flag that may be given several times. */
export const several = (value: string, before: readonly string[] = []): string[] => [...before, value];
