// Recorder: writes a simulation down while it runs, line by line, so that `kubelab replay` can play it again. Lines of JSON:
//   {"format":"kubelab.dev/record/v1","name":"shop","seed":"1","start":1767225600000,"length":86400000,"scenario":"apiVersion: ..."}
//   ["+",30,"/registry/minions/small-1",{...}]     at 30 ms the key came to be; keys are numbered in this order, from 0
//   ["~",10030,17,{"spec":{"renewTime":["..."]}}]  key 17 changed: what is different (delta.ts)
//   ["-",36000,41]                                 key 41 is gone
//   ["!",36000,"power lost: small-3"]              what the scenario did, in words
//   {"changes":81233,"hash":"9f2c...","seal":"1b44..."}
// Each + ~ - is one revision, from 2 on. `hash` is the history's (history.ts); `seal` is the SHA-256 of all lines before the
// last, each with its line feed: it tells a record that was changed or cut off.

import { type Delta, difference } from './delta.ts';
import type { Change, Digest } from './history.ts';

export const recordFormat = 'kubelab.dev/record/v1';

export interface RecordHead {
  readonly format: typeof recordFormat;
  readonly name: string;
  readonly seed: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds. */
  readonly length: number;
  /** The file's text. */
  readonly scenario: string;
}

export type RecordLine =
  | readonly ['+', number, string, object]
  | readonly ['~', number, number, Delta]
  | readonly ['-', number, number]
  | readonly ['!', number, string];

export interface RecordEnd {
  readonly changes: number;
  readonly hash: string;
  readonly seal: string;
}

export class Recorder {
  readonly #write: (line: string) => void;
  readonly #seal: Digest;
  readonly #numbers = new Map<string, number>();
  #count = 0;
  #changes = 0;

  /** @param write is given each line with its line feed @param seal a fresh SHA-256 */
  constructor(head: Omit<RecordHead, 'format'>, write: (line: string) => void, seal: Digest) {
    this.#write = write;
    this.#seal = seal;
    this.#line({ format: recordFormat, ...head });
  }

  take({ at, key, value, previous }: Change): void {
    this.#changes += 1;
    const number = this.#numbers.get(key);
    if (!value) {
      this.#numbers.delete(key);
      this.#line(['-', at, number ?? -1]);
    } else if (number === undefined) {
      this.#numbers.set(key, this.#count);
      this.#count += 1;
      this.#line(['+', at, key, value]);
    } else this.#line(['~', at, number, difference(previous, value) ?? {}]);
  }

  note(at: number, text: string): void {
    this.#line(['!', at, text]);
  }

  end(hash: string): void {
    this.#write(`${JSON.stringify({ changes: this.#changes, hash, seal: this.#seal.digest('hex') })}\n`);
  }

  #line(line: RecordLine | RecordHead): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#seal.update(text);
    this.#write(text);
  }
}
