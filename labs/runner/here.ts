// Here: what a command of the labs stands in: which labs there are, where the clone is, and the machine around it. A command
// takes it as its last parameter, so that a test can hand it another machine; everybody else leaves it out.

import { fileURLToPath } from 'node:url';
import type { Lab } from '../kit/lab.ts';
import type { CheckRequest, CheckResult } from './check-messages.ts';

/** Runs checks, one run after the other, each in a process of its own; the next process is kept ready. */
export interface Checker {
  run(request: CheckRequest): CheckRun;
  stop(): Promise<void>;
}

export interface CheckRun {
  /** As soon as there is one. Rejects with UnfitFile, BrokenLab, EnvironmentError; ends early when it is stopped. */
  readonly results: AsyncIterable<CheckResult>;
  stop(): Promise<void>;
}

export interface Here {
  /** In their order. */
  readonly labs: readonly Lab[];
  /** Absolute path of the clone of Kubelab (or of the installed package). */
  readonly clone: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  checker(): Promise<Checker>;
  /** For people: standard output. */
  out(text: string): void;
  /** What is not the answer itself: standard error. */
  err(text: string): void;
  /** A person sits before it: it can be drawn on again, and keys can be read. */
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly width: number;
}

/** Built, all modules are in dist/; as sources, this one is in labs/runner/. */
const isBuilt = !import.meta.url.endsWith('.ts');
export const cloneFolder = fileURLToPath(new URL(isBuilt ? '../' : '../../', import.meta.url)).replace(/[\\/]$/, '');

export async function here(): Promise<Here> {
  // Labs bring a whole cluster with them: only who needs them loads them.
  const { labs } = await import('../index.ts');
  return {
    labs,
    clone: cloneFolder,
    cwd: process.cwd(),
    env: process.env,
    checker: async () => new (await import('./check-run.ts')).WarmCheck(),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true && process.env.TERM !== 'dumb',
    width: process.stdout.columns ?? 100,
  };
}

/** Whether to draw and colour nothing: screen readers, logs, pipes. */
export const isPlain = (options: { readonly plain?: boolean }, { env, isTerminal }: Here): boolean =>
  options.plain === true || (env.NO_COLOR ?? '') !== '' || !isTerminal;
