// Log file: what one run of a container printed, in the format of the Container Runtime Interface:
//   2026-11-22T20:48:57.123000000Z stdout F the line itself
// F marks a whole line, P a piece of one that was too long. One file a run; past 10 MB it becomes `<file>.1` and a new one
// begins, as a kubelet rotates logs. Readers are in log-reader.ts.
// Always true: lines are in the file in the order in which they arrived; what `written` has told of can be read.

import { type FileHandle, open, rename } from 'node:fs/promises';
import { Subject } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';

export type LogStream = 'stdout' | 'stderr';

/** Longest piece of a line, bytes: containerd's. */
const longestPiece = 16 * 1024;
const newline = 0x0a;

export class LogFile {
  readonly path: string;
  /** Tells of every piece written, and completes when the run has ended. */
  readonly written = new Subject<void>();
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limit: number;
  readonly #rests: Record<LogStream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #pending: string[] = [];
  #handle: FileHandle | undefined;
  #size = 0;
  #rotations = 0;
  #work: Promise<void> = Promise.resolve();
  #ended = false;

  /** @param limit bytes at which the file is rotated; Kubernetes' default (containerLogMaxSize) unless told. */
  constructor(path: string, clock: Pick<Clock, 'now'>, limit = 10 * 1024 * 1024) {
    this.path = path;
    this.#clock = clock;
    this.#limit = limit;
  }

  /** No more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How often the file was rotated: a reader that saw another number has an old file open. */
  get rotations(): number {
    return this.#rotations;
  }

  write(stream: LogStream, bytes: Buffer): void {
    const time = this.#time();
    let rest = this.#rests[stream].length > 0 ? Buffer.concat([this.#rests[stream], bytes]) : bytes;
    for (;;) {
      const end = rest.indexOf(newline);
      if (end === -1 && rest.length <= longestPiece) break;
      const whole = end !== -1 && end <= longestPiece;
      const length = whole ? end : wholeCharacters(rest, longestPiece);
      this.#pending.push(`${time} ${stream} ${whole ? 'F' : 'P'} ${rest.toString('utf8', 0, length)}\n`);
      rest = rest.subarray(whole ? end + 1 : length);
    }
    this.#rests[stream] = Buffer.from(rest);
    this.#flush();
  }

  /** Writes what is left of unfinished lines. Resolves when everything is in the file. */
  async end(): Promise<void> {
    if (!this.#ended) {
      for (const stream of ['stdout', 'stderr'] as const) {
        const rest = this.#rests[stream];
        if (rest.length > 0) this.#pending.push(`${this.#time()} ${stream} F ${rest}\n`);
        this.#rests[stream] = Buffer.alloc(0);
      }
      this.#ended = true;
      this.#flush();
      this.#work = this.#work.then(async () => {
        await this.#handle?.close();
        this.written.complete();
      });
    }
    await this.#work;
  }

  /** Resolves when what was written up to now can be read. */
  async flushed(): Promise<void> {
    await this.#work;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#work = this.#work.then(async () => {
      if (this.#pending.length === 0) return; // an earlier turn took it along
      const text = Buffer.from(this.#pending.join(''));
      this.#pending = [];
      try {
        if (this.#size > 0 && this.#size + text.length > this.#limit) await this.#rotate();
        this.#handle ??= await open(this.path, 'a', 0o600);
        await this.#handle.appendFile(text);
      } catch {
        return; // the folder was removed under a running container: there is nobody to read it
      }
      this.#size += text.length;
      this.written.next();
    });
  }

  async #rotate(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    await rename(this.path, `${this.path}.1`);
    this.#size = 0;
    this.#rotations += 1;
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString().replace('Z', '000000Z');
  }
}

/** The greatest length up to `most` that cuts no UTF-8 character in two. */
function wholeCharacters(bytes: Buffer, most: number): number {
  let length = most;
  while (length > most - 4 && ((bytes[length] ?? 0) & 0xc0) === 0x80) length -= 1;
  return length;
}
