// Watchdog: a thread beside the main thread of a plugin's process. When the main thread's event loop has not turned for
// two seconds (or for as long as it is told to wait), or the process takes more memory than it may, it stops it with the
// debugger, reads the line it is at, says so on file descriptor 4, and ends the process.
// Always true: it never waits for the main thread, and ends with the process that it watches over, or when its cluster is gone.

import { writeSync } from 'node:fs';
import { type Debugger, Session } from 'node:inspector';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerData } from 'node:worker_threads';
import { Activity } from './activity.ts';
import type { FromWatchdog } from './messages.ts';

const {
  memory,
  file,
  limit,
  patience = 2000,
} = workerData as {
  memory: SharedArrayBuffer;
  /** The person's file: lines of it are what is told. */
  file: string;
  /** Bytes of memory that the whole process may take; as many as there are unless told. */
  limit?: number;
  /** Milliseconds without a turn of the event loop that are too many, if the process was at work for half of them ... */
  patience?: number;
};

/** ... and where it was not: the machine may have had no time for it. */
const longestPatience = Math.max(10_000, patience);
const tick = 200;
/** How long the debugger may take to answer before the process is ended without a line. */
const debuggerPatience = 1500;

const activity = new Activity(memory);
let beats = activity.beats;
let turnedAt = performance.now();
let worked = process.cpuUsage();
let lookedAt = turnedAt;
let isStuck = false;

// Real timers: it watches real time, and a virtual clock would stand still with the main thread.
setInterval(() => {
  const now = performance.now();
  // A machine that slept, or was too busy to let even this thread run, is no reason to blame the plugin.
  const weSlept = now - lookedAt > 5 * tick;
  lookedAt = now;
  if (activity.beats !== beats || weSlept) {
    beats = activity.beats;
    turnedAt = now;
    worked = process.cpuUsage();
  }
  if (isStuck) return;
  say({ type: 'alive' });
  const isTooLarge = limit !== undefined && process.memoryUsage.rss() > limit;
  if (!hasNotReturned(now - turnedAt) && !isTooLarge) return;
  isStuck = true;
  const end = (at?: string) => {
    const type = isTooLarge ? 'too large' : 'stuck';
    say({ type, activity: activity.text, ...(at !== undefined && { at }) });
    process.kill(process.pid, 'SIGKILL');
  };
  setTimeout(end, debuggerPatience);
  findLine(end);
}, tick);

/** @param stood milliseconds since the event loop has turned */
function hasNotReturned(stood: number): boolean {
  if (stood < patience) return false;
  const { user, system } = process.cpuUsage(worked); // microseconds
  return user + system > (patience / 2) * 1000 || stood > longestPatience;
}

/** Pauses the main thread and tells the topmost line that is in the plugin's folder. */
function findLine(tell: (at: string | undefined) => void): void {
  const session = new Session();
  session.connectToMainThread();
  const scripts = new Map<string, Debugger.ScriptParsedEventDataType>();
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params));
  session.on('Debugger.paused', ({ params }) => {
    for (const { location } of params.callFrames) {
      const script = scripts.get(location.scriptId);
      if (!script || !isTheirs(script.url)) continue;
      const line = originalLine(script.sourceMapURL, location.lineNumber, location.columnNumber ?? 0);
      return tell(`${path.basename(fileURLToPath(script.url))}:${line + 1}`);
    }
    tell(undefined);
  });
  session.post('Debugger.enable', () => session.post('Debugger.pause'));
}

function isTheirs(url: string): boolean {
  if (!url.startsWith('file:')) return false;
  const name = fileURLToPath(url);
  return name === file || (name.startsWith(path.dirname(file) + path.sep) && !name.includes('node_modules'));
}

/** Lines count from 0. */
function originalLine(map: string | undefined, line: number, column: number): number {
  const data = /^data:application\/json[^,]*base64,(.*)$/.exec(map ?? '');
  if (!data?.[1]) return line;
  const entry = new SourceMap(JSON.parse(Buffer.from(data[1], 'base64').toString('utf8'))).findEntry(line, column);
  return 'originalLine' in entry ? entry.originalLine : line;
}

function say(message: FromWatchdog): void {
  try {
    writeSync(4, `${JSON.stringify(message)}\n`);
  } catch {
    // Nobody reads any more: the cluster is gone, and so is the reason to run.
    process.kill(process.pid, 'SIGKILL');
  }
}
