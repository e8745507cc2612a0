// Bounded ring: the last so many things, each with a number that it keeps; older ones give way.
//   ring.push(item, bytes)    gives the item its number: 0, 1, 2, ...
//   ring.get(number)          undefined once it has given way
// Always true: no more than `most` items, and no more than `mostBytes` by what was said of each; the last one stays.

export class BoundedRing<T> {
  /** Number of the oldest item that is kept. */
  first = 0;
  /** Number of the next one to come. */
  next = 0;
  readonly #most: number;
  readonly #mostBytes: number;
  /** Item n stands at n modulo `#most`. */
  readonly #items: (T | undefined)[] = [];
  readonly #sizes: number[] = [];
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** @param bytes about what the item keeps from being forgotten */
  push(item: T, bytes: number): void {
    if (this.next - this.first === this.#most) this.#drop();
    const slot = this.next % this.#most;
    this.#items[slot] = item;
    this.#sizes[slot] = bytes;
    this.#bytes += bytes;
    this.next += 1;
    while (this.#bytes > this.#mostBytes && this.first < this.next - 1) this.#drop();
  }

  get(number: number): T | undefined {
    return number >= this.first && number < this.next ? this.#items[number % this.#most] : undefined;
  }

  /** Oldest first. */
  *[Symbol.iterator](): Iterator<T> {
    for (let number = this.first; number < this.next; number += 1) yield this.get(number) as T;
  }

  #drop(): void {
    const slot = this.first % this.#most;
    this.#bytes -= this.#sizes[slot]!;
    this.#items[slot] = undefined;
    this.first += 1;
  }
}
