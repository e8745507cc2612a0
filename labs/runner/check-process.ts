// Check process: the child process of one check run, seen from the command.
//   const child = new CheckProcess();  await child.ready;  child.onMessage = ...;  child.run(request);
// Always true: after `stop`, or once `ended` is settled, the process is gone.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../../plugins/cli/exit.ts';
import type { FromWatchdog } from '../../plugins/cli/host/messages.ts';
import { tsxLoader } from '../../plugins/cli/host/places.ts';
import type { CheckRequest, FromChild, ToChild } from './check-messages.ts';

/** How the process came to its end. */
export interface Ending {
  /** `SIGKILL`, `code 7` */
  readonly how: string;
  /** What the watchdog found, if it was the watchdog. */
  readonly watchdog?: FromWatchdog & { readonly type: 'stuck' | 'too large' };
  /** Where in the student's file another program was started last: `mine.ts:12`. */
  readonly at?: string;
  /** V8 ended it for want of memory. */
  readonly isOutOfMemory: boolean;
  /** The end of what it wrote to standard error. */
  readonly lastWords: string;
}

/** Where the child's program is: beside this module in dist/ when built, beside it in the sources when not. */
const childProgram = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './check-child.ts' : './check-child.js', import.meta.url));

/** Bytes that the process may take: far more than a cluster of a few pods needs. The watchdog holds it, and tells the line. */
export const memoryLimit = 512 * 1024 * 1024;
/** Megabytes of JavaScript objects, where V8 itself gives up: should the watchdog be late. */
const heapLimit = 768;
/** Milliseconds for Kubelab to load, on a machine that has other things to do. */
const loadPatience = 60_000;
const longestWords = 4000;

export interface ProcessOptions {
  /** Where it runs: the folder of the student's file. */
  readonly folder?: string;
  /** URL of a module that gives the labs, instead of Kubelab's own. */
  readonly labs?: string;
  /** The child's program, unless it is the one beside this module. */
  readonly program?: string;
}

export class CheckProcess {
  /** Everything but the student's file is loaded. Rejects with an EnvironmentError. */
  readonly ready: Promise<void>;
  /** Settles with the process' end; never rejects. */
  readonly ended: Promise<Ending>;
  onMessage: (message: FromChild) => void = () => {};
  readonly #child: ChildProcess;
  #watchdog: Ending['watchdog'];
  #at: string | undefined;
  #words = '';

  constructor(options: ProcessOptions = {}) {
    const { NODE_OPTIONS: _, ...env } = process.env; // whoever debugs the command does not debug the child
    const program = options.program ?? childProgram();
    // Built, it brings the compiler in by itself, when it has loaded what need not be compiled.
    const compiler = program.endsWith('.ts') ? ['--import', tsxLoader()] : [];
    const labs = options.labs === undefined ? [] : [options.labs];
    this.#child = spawn(process.execPath, [`--max-old-space-size=${heapLimit}`, ...compiler, program, ...labs], {
      cwd: options.folder ?? process.cwd(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
      env,
      windowsHide: true,
    });
    this.ended = this.#end();
    this.ready = this.#begin();
    this.ready.catch(() => {}); // whoever awaits it is told
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected;
  }

  run(request: CheckRequest): void {
    // When it cannot be sent, the process has ended, and `ended` says how.
    this.#child.send({ type: 'run', request } satisfies ToChild, () => {});
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async #begin(): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      this.#child.on('message', (message) => {
        const told = message as FromChild;
        if (told.type === 'ready') resolve();
        else this.onMessage(told);
      });
    });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), loadPatience);
    const early = this.ended.then(({ how, lastWords }) => {
      throw new EnvironmentError(`the process that checks your file did not start: ${how}\n${lastWords}`.trimEnd());
    });
    try {
      await Promise.race([ready, early]);
    } finally {
      clearTimeout(timer);
      early.catch(() => {});
    }
  }

  async #end(): Promise<Ending> {
    const child = this.#child;
    const keep = (data: Buffer) => {
      this.#words = (this.#words + data.toString('utf8', 0, longestWords)).slice(-longestWords);
    };
    child.stdout?.resume(); // what the file writes past our own output is of no use
    child.stderr?.on('data', keep);
    const doors = child.stdio[4] as Readable | undefined;
    if (doors) this.#hearWatchdog(doors);
    const how = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    // Not 'close': processes that the file has started may hold the pipes open. Last words may still be on their way.
    const patience = AbortSignal.timeout(300);
    const heard = [doors, child.stderr].map(
      (stream) => stream && !stream.closed && once(stream, 'close', { signal: patience }),
    );
    const told = child.connected && once(child, 'disconnect', { signal: patience });
    await Promise.allSettled([...heard, told]);
    for (const stream of child.stdio) stream?.destroy();
    return {
      how,
      ...(this.#watchdog && { watchdog: this.#watchdog }),
      ...(this.#at !== undefined && { at: this.#at }),
      isOutOfMemory: /heap out of memory|Array buffer allocation failed/.test(this.#words),
      lastWords: this.#words.trim(),
    };
  }

  #hearWatchdog(lines: Readable): void {
    let rest = '';
    lines.setEncoding('utf8');
    lines.on('data', (data: string) => {
      const parts = (rest + data).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const message = JSON.parse(part) as FromWatchdog | { readonly type: 'at'; readonly at: string };
        if (message.type === 'at') this.#at = message.at;
        else if (message.type !== 'alive') this.#watchdog = message;
      }
    });
  }
}
