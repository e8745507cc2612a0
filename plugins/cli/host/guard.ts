// Guard: sets the watchdog on the process of a person's plugin, and hears on the other side of the pipe what it has found.
//   in the process:    setWatchdog(activity, { memory: activity.memory, file, patience: 10_000 });
//   who started it:    const heard = hearWatchdog(child.stdio[4]);  ... the process has ended ...  stuckText(heard.found, ...)

import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { FromWatchdog } from './messages.ts';
import { watchdogSource } from './places.ts';

export interface Watched {
  /** Of an Activity: what the main thread does, and that its event loop turns. */
  readonly memory: SharedArrayBuffer;
  /** The person's file: lines of it, and of what lies beside it, are told. */
  readonly file: string;
  /** Milliseconds without a turn of the event loop that are too many. */
  readonly patience?: number;
  /** Bytes of memory that are too many. */
  readonly limit?: number;
}

/** Begins to beat, and sets the watchdog on it. Neither keeps the process from ending. */
export function setWatchdog(activity: { beat(): void }, workerData: Watched): void {
  // A real timer: the watchdog measures the machine's time, also where the cluster's is virtual.
  setInterval(() => activity.beat(), 100).unref();
  new Worker(watchdogSource(), { eval: true, workerData, execArgv: [] }).unref();
}

export type Found = Extract<FromWatchdog, { readonly activity: string }>;

/** @param lines file descriptor 4 of the process @returns what the watchdog has found, once it has */
export function hearWatchdog(lines: Readable): { readonly found?: Found } {
  const heard: { found?: Found } = {};
  let rest = '';
  lines.setEncoding('utf8');
  lines.on('data', (data: string) => {
    const parts = (rest + data).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as FromWatchdog;
      if (message.type !== 'alive') heard.found = message;
    }
  });
  return heard;
}

/** `place(default/web-1) did not return within 10 s, mine.ts:14` @param what is named where nothing was under way */
export function stuckText({ activity, at }: Found, what: string, patience: number): string {
  const who = activity === '' ? what : activity;
  return `${who} did not return within ${patience / 1000} s${at === undefined ? '' : `, ${at}`}`;
}
