// Log lines: which lines of a container's output a reader gets, and how they look. For runtimes that keep output as lines.
// Always true: pure functions; what a line looks like does not depend on who reads it with which options, except the
// time in front, which is there when asked for.

import type { LogOptions } from '../contracts/kubelet-connection.ts';

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

const encoder = new TextEncoder();

/** The line as bytes, ended by a newline, begun with its time (RFC 3339) if that is wanted. */
export const encodeLine = (line: LogLine, options: LogOptions): Uint8Array =>
  encoder.encode(options.timestamps ? `${new Date(line.at).toISOString()} ${line.text}\n` : `${line.text}\n`);

/** Whether the line is young enough for `sinceSeconds` or `sinceTime`. */
export function isRecent(line: LogLine, options: LogOptions, now: number): boolean {
  if (options.sinceSeconds !== undefined) return line.at >= now - options.sinceSeconds * 1000;
  if (options.sinceTime !== undefined) return line.at >= Date.parse(options.sinceTime);
  return true;
}

/** Those of the lines so far that the options ask for: young enough, and of them the last `tailLines`. */
export function selectLines(lines: readonly LogLine[], options: LogOptions, now: number): readonly LogLine[] {
  const recent = lines.filter((line) => isRecent(line, options, now));
  if (options.tailLines === undefined || options.tailLines >= recent.length) return recent;
  return recent.slice(recent.length - Math.max(0, options.tailLines));
}
