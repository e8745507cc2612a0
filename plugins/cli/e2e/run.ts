// Run: programs as a test runs them, and waiting for what takes its time.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** This clone. */
export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly input?: string;
  /** Milliseconds; then it is killed, and its exit code is 1. */
  readonly timeout?: number;
}

/** Runs a program to its end; never throws for its exit code. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { input = '', uid, timeout = 90_000, ...rest } = options;
  const who = uid === undefined ? {} : { uid, gid: uid };
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { ...rest, ...who, timeout, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        resolve({ code, stdout, stderr: error && code === 1 && stderr === '' ? error.message : stderr });
      },
    );
    child.stdin?.on('error', () => {}); // it may end without having read
    child.stdin?.end(input);
  });
}

/** Asks again until it answers, or says what the last answer was. For what a real cluster does in its own time. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${seconds} s${last ? ` (${last})` : ''}`);
}
