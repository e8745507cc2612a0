// Store part: the store as a component of the cluster. The first one is open before anything else starts and closes last;
// one that is swapped in is opened, filled with all that the former one holds, and takes its place.

import type { Store } from '../contracts/store.ts';
import type { ExchangeableStore } from '../storage/exchangeable-store.ts';
import type { Part } from './part.ts';

/** The store that the cluster begins with. */
export const firstStore = (): Part => ({ start: async () => {}, stop: async () => {} });

export class NextStore implements Part {
  readonly #current: ExchangeableStore;
  readonly #open: () => Store;
  #next: Store | undefined;

  /** @param open opens the store; throws when it cannot be opened */
  constructor(current: ExchangeableStore, open: () => Store) {
    this.#current = current;
    this.#open = open;
  }

  async prepare(): Promise<void> {
    this.#next = this.#open();
  }

  async start(): Promise<void> {
    if (!this.#next) return;
    await this.#current.exchange(this.#next);
    this.#next = undefined;
  }

  /** One that has taken the former's place is the cluster's to close. */
  async stop(): Promise<void> {
    await this.#next?.close();
    this.#next = undefined;
  }
}
