// Store part: the store as a component of the cluster. The first one is open before anything else starts and closes last;
// one that is swapped in is opened, filled with all that the former one holds, and takes its place.

import type { Clock } from '../contracts/clock.ts';
import { type Store, StoreFailure } from '../contracts/store.ts';
import type { ExchangeableStore } from '../storage/exchangeable-store.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Part } from './part.ts';

/** Milliseconds between two questions to a store that does not answer, and how long it is asked before a cluster gives up. */
const again = 500;
const patience = 30_000;

/**
 * Waits until the store answers: one on other machines may still be on its way up. Whatever asking again does not help
 * against is thrown at once: a wrong password, another cluster's data.
 * @param say is told once that it does not answer yet
 * @throws StoreFailure
 */
export async function answering(
  store: Pick<Store, 'revision'>,
  clock: Clock,
  say: (message: string) => void = console.error,
): Promise<void> {
  const begun = clock.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return void (await store.revision());
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.kind === 'refused') throw error;
      if (clock.now() - begun >= patience) {
        const why = `the store did not answer for ${patience / 1000} s`;
        throw new StoreFailure(
          error.kind,
          `${why}: ${error.message}; start it first, or name the one that runs`,
          error,
        );
      }
      if (tries === 0)
        say(`the store does not answer yet; waiting for it, at most ${patience / 1000} s: ${error.message}`);
      await clock.sleep(again);
    }
  }
}

/** The store that the cluster begins with. */
export const firstStore = (): Part => ({ start: async () => {}, stop: async () => {} });

export class NextStore implements Part {
  readonly #current: ExchangeableStore;
  readonly #open: () => Store;
  readonly #stopping = new AbortController();
  #next: Store | undefined;
  #steps = 0;

  /** @param open opens the store; throws when it cannot be opened */
  constructor(current: ExchangeableStore, open: () => Store) {
    this.#current = current;
    this.#open = open;
  }

  async prepare(): Promise<void> {
    this.#next = this.#open();
  }

  /** Objects that were read for the copy, and whatever else the next store has to do. */
  get progress(): number {
    return this.#steps;
  }

  async start(): Promise<void> {
    if (!this.#next) return;
    const { signal } = this.#stopping;
    const progress = () => {
      this.#steps += 1;
    };
    await this.#current.exchange(this.#next, { progress, signal }).catch((error) => {
      throw inPlainWords(error);
    });
    this.#next = undefined;
  }

  /** One that has taken the former's place is the cluster's to close; one that has not never will. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the copy was given up'));
    if (this.#next && !this.#current.isOn(this.#next)) await this.#next.close();
    this.#next = undefined;
  }
}

/** Who swaps, or takes a swap back, does not know what `restore` is. */
function inPlainWords(error: Error): Error {
  if (error instanceof StoreFailure || !error.message.includes('store is not empty')) return error;
  return new ConfigurationError(
    'the store to swap to is not empty: it may hold what stood there before an earlier swap, and nothing is written over. ' +
      'The cluster goes on with the store that it has. If nobody needs what is there, move its folder away ' +
      '(of store-lmdb: store in the folder of --data), then swap again',
  );
}
