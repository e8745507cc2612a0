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

  /** In one piece: text that is joined from pieces is kept as a tree of them for as long as the object lives. */
  uuid(): string {
    const words = [this.#draw(), this.#draw(), this.#draw(), this.#draw()];
    const variant = 8 + this.int(4);
    const letters: number[] = [];
    for (let digit = 0; digit < 32; digit += 1) {
      if (digit === 8 || digit === 12 || digit === 16 || digit === 20) letters.push(dash);
      const drawn = ((words[digit >> 3] as number) >>> (28 - 4 * (digit & 7))) & 15;
      letters.push(hex.charCodeAt(digit === 12 ? 4 : digit === 16 ? variant : drawn));
    }
    return String.fromCharCode(...letters);
  }

  fork(name: string): Random {
    return new SeededRandom(`${this.#seed}/${name}`);
  }
}

const hex = '0123456789abcdef';
const dash = '-'.charCodeAt(0);

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
