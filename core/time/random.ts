// Seeded chance: sfc32, a small generator that passes the usual test batteries, seeded from a text by cyrb128-style
// mixing. The same seed draws the same numbers on every machine.

import type { Random } from '../contracts/random.ts';

/** Kubernetes' alphabet for generated names: no vowels, so no words; no 0, 1, 3, which look like letters. */
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

export class SeededRandom implements Random {
  readonly #seed: string;
  readonly #draw: () => number;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    this.#draw = sfc32(mix(this.#seed));
  }

  next(): number {
    return this.#draw() / 0x1_0000_0000;
  }

  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.int(items.length)];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last -= 1) {
      const other = this.int(last + 1);
      [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
    }
    return copy;
  }

  suffix(length: number): string {
    let text = '';
    while (text.length < length) text += nameAlphabet[this.int(nameAlphabet.length)];
    return text;
  }

  uuid(): string {
    const [a, b, c, d] = [this.#word(), this.#word(), this.#word(), this.#word()];
    const variant = '89ab'[this.int(4)];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }

  /** Eight hexadecimal digits. */
  #word(): string {
    const word = this.#draw();
    return hex(word >>> 24) + hex(word >>> 16) + hex(word >>> 8) + hex(word);
  }

  fork(name: string): Random {
    return new SeededRandom(`${this.#seed}/${name}`);
  }
}

/** The lowest byte in two digits; `toString(16)` of a whole word takes four times as long. */
const hex = (word: number): string => bytes[word & 255] as string;
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A seed that nobody chose, for clusters that need not repeat. */
export function freshSeed(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

function mix(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  return [a, b, c, d];
}

function sfc32([a, b, c, d]: [number, number, number, number]): () => number {
  const draw = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 16; warmUp += 1) draw();
  return draw;
}
