// Output: what the student's file prints while it is checked. It is kept for the report, not passed on as it comes: a
// check runs a part dozens of times.
// Always true: the beginning and the end are kept and the rest is counted, so that a gigabyte costs no more than its
// printing; of what is far too much, the line that printed first is known.

import { createRequire, syncBuiltinESMExports } from 'node:module';
import { lookOf } from './check-findings.ts';
import type { Printed } from './check-messages.ts';

const mostLines = 12;
const mostAtEnd = 8;
const longestLine = 200;
/** Characters: nobody reads more of one run. */
const tooMuch = 1_000_000;
/** As much of a text as could be shown: all of a gigabyte is not even looked at. */
const room = (mostLines + mostAtEnd) * longestLine;

type Chunk = string | Uint8Array;

export class Output {
  readonly #file: string;
  /** The beginning. */
  #lines: string[] = [];
  #open = '';
  /** What came when that was full: its end, and how much it was. */
  #tail = '';
  #behind = 0;
  /** Characters cut from lines of the beginning. */
  #cut = 0;
  #total = 0;
  /** Made where something was printed first. */
  #origin: Error | undefined;

  /** @param file the student's: lines of it are told */
  constructor(file: string) {
    this.#file = file;
  }

  /** In place of what standard output and standard error do, and of what writes past them to the same places. */
  install(): void {
    for (const stream of [process.stdout, process.stderr]) {
      stream.write = ((chunk: Chunk, encoding?: unknown, written?: unknown) => {
        this.#add(chunk);
        const callback = typeof encoding === 'function' ? encoding : written;
        if (typeof callback === 'function') process.nextTick(callback as () => void);
        return true;
      }) as typeof stream.write;
    }
    const files = createRequire(import.meta.url)('node:fs') as Record<string, (...args: unknown[]) => unknown>;
    for (const name of ['writeSync', 'writeFileSync', 'appendFileSync', 'write']) {
      const inner = files[name]!;
      files[name] = (to: unknown, chunk: unknown, ...others: unknown[]) => {
        if (!isPrinting(to)) return inner(to, chunk, ...others);
        const text = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : String(chunk);
        this.#add(text);
        const callback = others.at(-1);
        if (typeof callback === 'function') process.nextTick(() => callback(null, text.length, chunk));
        return text.length;
      };
    }
    syncBuiltinESMExports();
  }

  /** What was printed since the last call. */
  take(): Printed {
    if (this.#open !== '') this.#keep(this.#open);
    const end = this.#tail
      .slice(-room)
      .replace(/\n$/, '')
      .split('\n')
      .slice(-mostAtEnd)
      .map((line) => line.slice(0, longestLine));
    const shown = this.#tail === '' ? [] : end;
    const kept = shown.reduce((sum, line) => sum + line.length + 1, 0);
    const look = this.#total > tooMuch ? lookOf(this.#origin, this.#file) : undefined;
    const printed = {
      lines: this.#lines,
      more: this.#cut + Math.max(0, this.#behind - kept),
      ...(shown.length > 0 && { end: shown }),
      ...(this.#total > tooMuch && { tooMuch: { characters: this.#total, ...(look && { look }) } }),
    };
    this.#lines = [];
    this.#open = '';
    this.#tail = '';
    this.#behind = 0;
    this.#cut = 0;
    this.#total = 0;
    this.#origin = undefined;
    return printed;
  }

  #add(chunk: Chunk): void {
    const { length } = chunk;
    this.#origin ??= new Error('printed');
    this.#total += length;
    if (this.#lines.length >= mostLines) return this.#addBehind(chunk, length);
    const text = begin(chunk);
    this.#cut += Math.max(0, length - room);
    const parts = (this.#open + text).split('\n');
    this.#open = parts.pop() ?? '';
    for (const part of parts) this.#keep(part);
    if (this.#open.length <= longestLine) return;
    this.#keep(this.#open);
    this.#open = '';
  }

  #addBehind(chunk: Chunk, length: number): void {
    this.#behind += length;
    this.#tail += typeof chunk === 'string' ? chunk.slice(-room) : Buffer.from(chunk.subarray(-room)).toString();
    if (this.#tail.length > 2 * room) this.#tail = this.#tail.slice(-room);
  }

  #keep(line: string): void {
    if (this.#lines.length >= mostLines) return this.#addBehind(`${line}\n`, line.length + 1);
    this.#lines.push(line.slice(0, longestLine));
    this.#cut += Math.max(0, line.length - longestLine);
  }
}

/** Standard output or standard error, as the file system knows them. */
const isPrinting = (to: unknown): boolean => to === 1 || to === 2 || to === '/dev/stdout' || to === '/dev/stderr';

const begin = (chunk: Chunk): string =>
  typeof chunk === 'string' ? chunk.slice(0, room) : Buffer.from(chunk.subarray(0, room)).toString();
