// Event ring: the most recent events of a kind, so that a watcher that comes back can be shown what it missed.
// It grows by doubling up to its capacity; then the oldest makes room for the newest.
// Always true: revisions grow along the ring, with gaps (other kinds' changes are between them).

import type { Revision } from '../contracts/store.ts';

const smallest = 128;

export class EventRing<T extends { readonly revision: Revision }> {
  #slots: (T | undefined)[] = new Array(smallest);
  /** How many events have ever been added; an event's place is its number modulo the ring's size. */
  #added = 0;
  #kept = 0;
  readonly #capacity: number;
  /** The ring has every event after this revision. */
  #complete: Revision;

  /** @param after the revision after which events are added. */
  constructor(after: Revision, capacity = 4096) {
    this.#complete = after;
    this.#capacity = Math.max(smallest, capacity);
  }

  /** The ring has every event after this revision. */
  get completeAfter(): Revision {
    return this.#complete;
  }

  add(event: T): void {
    if (this.#kept === this.#slots.length) this.#makeRoom();
    this.#slots[this.#added % this.#slots.length] = event;
    this.#added += 1;
    this.#kept += 1;
  }

  /** The events after the revision, oldest first; undefined when some of them are no longer here. */
  after(revision: Revision): readonly T[] | undefined {
    if (revision < this.#complete) return undefined;
    const first = this.#added - this.#kept;
    let low = first;
    let high = this.#added;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#at(middle).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return Array.from({ length: this.#added - low }, (_, i) => this.#at(low + i));
  }

  #at(number: number): T {
    return this.#slots[number % this.#slots.length] as T;
  }

  #makeRoom(): void {
    const first = this.#added - this.#kept;
    if (this.#slots.length < this.#capacity) {
      const kept = Array.from({ length: this.#kept }, (_, i) => this.#at(first + i));
      this.#slots = new Array(Math.min(this.#capacity, 2 * this.#slots.length));
      for (const [i, event] of kept.entries()) this.#slots[(first + i) % this.#slots.length] = event;
    } else {
      this.#complete = this.#at(first).revision;
      this.#kept -= 1;
    }
  }
}
