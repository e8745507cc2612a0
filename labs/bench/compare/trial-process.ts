// Trial process: the process of one run, seen from the command.
//   const ending = await runTrial(request, 120);      what came out, or what the variant did wrong
// Always true: when it has resolved, the process is gone; it resolves within the limit and a few seconds.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { EnvironmentError } from '../../../plugins/cli/exit.ts';
import { hearWatchdog, stuckText } from '../../../plugins/cli/host/guard.ts';
import { pluginTsconfig, tsxLoader } from '../../../plugins/cli/host/places.ts';
import type { Failure } from './comparison.ts';
import { trialProgram } from './places.ts';
import type { RunOutcome } from './trial.ts';
import type { FromTrial, TrialRequest } from './trial-messages.ts';

export type TrialEnding =
  | { readonly outcome: RunOutcome | undefined }
  | { readonly failure: Failure }
  /** It was to end early. */
  | { readonly stopped: true };

export interface TrialOptions {
  /** Seconds that the run may take. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** What runs it, unless it is the program beside this module. */
  readonly program?: string;
}

/** Milliseconds for Kubelab to load, on a machine that has other things to do. */
const loadPatience = 60_000;
/** For the watchdog, which knows the line, to be the first to tell. */
const grace = 2500;
const longestWords = 4000;
/** Megabytes of JavaScript objects: a cluster of 5,000 nodes and 150,000 pods, twice. */
const heapLimit = 4096;

/** @throws EnvironmentError when the process does not start; ConfigurationError when nobody could carry the workload out */
export async function runTrial(request: TrialRequest, options: TrialOptions): Promise<TrialEnding> {
  const { NODE_OPTIONS: _, ...env } = process.env; // whoever debugs the command does not debug the run
  const program = options.program ?? trialProgram();
  const compiler = program.endsWith('.ts') ? ['--import', tsxLoader()] : [];
  const tsconfig = pluginTsconfig();
  const child = spawn(process.execPath, [`--max-old-space-size=${heapLimit}`, ...compiler, program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    env: { ...env, ...(tsconfig !== undefined && { TSX_TSCONFIG_PATH: tsconfig }) },
    windowsHide: true,
  });
  const kill = () => child.kill('SIGKILL');
  let words = '';
  child.stderr!.on('data', (data: Buffer) => {
    words = (words + data.toString('utf8', 0, longestWords)).slice(-longestWords);
  });
  const watchdog = hearWatchdog(child.stdio[4] as Readable);
  let told: FromTrial | undefined;
  let isLate = false;
  let timer = setTimeout(kill, loadPatience);
  child.on('message', (message: FromTrial) => {
    told = message;
    if (message.type !== 'ready') return;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        isLate = true;
        kill();
      },
      options.limit * 1000 + grace,
    );
    child.send(request, () => {});
  });
  options.signal?.addEventListener('abort', kill, { once: true });
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', kill);
  await lastWords(child);

  if (options.signal?.aborted) return { stopped: true };
  if (told?.type === 'done') return { outcome: told.outcome };
  if (told?.type === 'fault') return { failure: told.failure };
  if (told?.type === 'broken') throw new ConfigurationError(`${request.trial}: ${told.message}`);
  if (told?.type !== 'ready')
    throw new EnvironmentError(`the process of a run did not start: ${how}\n${words}`.trimEnd());
  if (isLate) return failed('never returned', `not done within ${options.limit} s (--time-limit)`);
  const { found } = watchdog;
  if (found) {
    const text = stuckText(found, path.basename(request.variant.plugin), request.patience);
    return failed('never returned', text);
  }
  if (/heap out of memory|Array buffer allocation failed/.test(words)) {
    return failed('died', `its process took more than ${heapLimit} MiB of memory and was ended`);
  }
  return failed(
    'died',
    `its process ended with ${how}${words.trim() === '' ? '' : `: ${words.trim().split('\n').at(-1)}`}`,
  );
}

const failed = (reason: Failure['reason'], message: string): TrialEnding => ({ failure: { reason, message } });

/** What it wrote just before its end may still be on its way; compilers that it started may hold the pipes open. */
async function lastWords(child: ReturnType<typeof spawn>): Promise<void> {
  const signal = AbortSignal.timeout(300);
  const pipes = [child.stderr, child.stdio[4] as Readable];
  const closed = pipes.map((stream) => stream && !stream.closed && once(stream, 'close', { signal }));
  await Promise.allSettled([...closed, child.connected && once(child, 'disconnect', { signal })]);
  for (const stream of child.stdio) stream?.destroy();
}
