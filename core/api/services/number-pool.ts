// Number pool: which of a range of numbers are taken. What is drawn by itself comes from the upper part of the range, so
// that people find the lower part free for numbers of their own choice.
// In real Kubernetes: pkg/registry/core/service/{ipallocator,portallocator} (KEP-3070, KEP-3668).

import type { Random } from '../../contracts/random.ts';

export class NumberPool {
  readonly #first: number;
  readonly #last: number;
  /** Where drawing begins. */
  readonly #drawFrom: number;
  readonly #random: Random;
  readonly #taken = new Set<number>();

  /** @param reserved how many numbers at the beginning are left to explicit wishes as long as others are free. */
  constructor(first: number, last: number, reserved: number, random: Random) {
    this.#first = first;
    this.#last = last;
    this.#drawFrom = Math.min(first + reserved, last);
    this.#random = random;
  }

  includes(number: number): boolean {
    return number >= this.#first && number <= this.#last;
  }

  /** Whether it was free; it is taken now. */
  take(number: number): boolean {
    if (this.#taken.has(number)) return false;
    this.#taken.add(number);
    return true;
  }

  release(number: number): void {
    this.#taken.delete(number);
  }

  /** Takes a free number; undefined when there is none. */
  draw(): number | undefined {
    return this.#drawBetween(this.#drawFrom, this.#last) ?? this.#drawBetween(this.#first, this.#drawFrom - 1);
  }

  #drawBetween(first: number, last: number): number | undefined {
    const size = last - first + 1;
    if (size <= 0) return undefined;
    const start = this.#random.int(size);
    for (let i = 0; i < size; i += 1) {
      const number = first + ((start + i) % size);
      if (this.take(number)) return number;
    }
    return undefined;
  }
}
