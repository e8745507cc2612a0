// Output: what the student's file prints while it is checked. It is kept for the report, not passed on as it comes: a
// check runs a part dozens of times.
// Always true: a few lines are kept and the rest is counted, so that a gigabyte costs no more than its printing.

import type { Printed } from './check-messages.ts';

const mostLines = 20;
const longestLine = 200;

export class Output {
  #lines: string[] = [];
  #open = '';
  #more = 0;

  /** In place of what standard output and standard error do. */
  install(): void {
    for (const stream of [process.stdout, process.stderr]) {
      stream.write = ((chunk: unknown, encoding?: unknown, written?: unknown) => {
        this.#add(chunk);
        const callback = typeof encoding === 'function' ? encoding : written;
        if (typeof callback === 'function') process.nextTick(callback as () => void);
        return true;
      }) as typeof stream.write;
    }
  }

  /** What was printed since the last call. */
  take(): Printed {
    if (this.#open !== '') this.#keep(this.#open);
    const printed = { lines: this.#lines, more: this.#more };
    this.#lines = [];
    this.#open = '';
    this.#more = 0;
    return printed;
  }

  #add(chunk: unknown): void {
    const { length } = chunk as string | Uint8Array;
    if (this.#lines.length >= mostLines) {
      this.#more += length;
      return;
    }
    // As much of it as could be shown: all of a gigabyte is not even looked at.
    const room = mostLines * longestLine;
    const text =
      typeof chunk === 'string'
        ? chunk.slice(0, room)
        : Buffer.from((chunk as Uint8Array).subarray(0, room)).toString();
    this.#more += Math.max(0, length - room);
    const parts = (this.#open + text).split('\n');
    this.#open = parts.pop() ?? '';
    for (const part of parts) this.#keep(part);
    if (this.#open.length <= longestLine) return;
    this.#keep(this.#open);
    this.#open = '';
  }

  #keep(line: string): void {
    if (this.#lines.length >= mostLines) {
      this.#more += line.length + 1;
      return;
    }
    this.#lines.push(line.slice(0, longestLine));
    this.#more += Math.max(0, line.length - longestLine);
  }
}
