// Many seeds: what a part that is right fails under a thousand seeds, found in as many processes as there are processors.
// A process takes every n-th seed; what it found comes back as one message.

import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Lab } from './lab.ts';

/** What a process is asked for. */
export interface Share {
  /** The lab's number. */
  readonly lab: number;
  /** Absolute path of the part. */
  readonly file: string;
  readonly seeds: readonly number[];
}

/** @returns sentences about what failed, and under which seed */
export async function failuresUnderSeeds(lab: Lab, file: string, count: number): Promise<string[]> {
  const processes = availableParallelism();
  const shares = Array.from({ length: processes }, (_, first): Share => {
    const seeds = Array.from({ length: count }, (_, at) => at + 1).filter((seed) => seed % processes === first);
    return { lab: lab.number, file, seeds };
  });
  return (await Promise.all(shares.map(inProcess))).flat();
}

function inProcess(share: Share): Promise<string[]> {
  const program = fileURLToPath(new URL('./seeds-process.ts', import.meta.url));
  const child = fork(program, { execArgv: ['--import', 'tsx', '--enable-source-maps'] });
  return new Promise((resolve, reject) => {
    let found: string[] | undefined;
    child.on('message', (message: string[]) => {
      found = message;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (found) resolve(found);
      else reject(new Error(`the process for ${share.file} ended with ${code} and without an answer`));
    });
    child.send(share);
  });
}
