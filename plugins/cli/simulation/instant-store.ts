// Instant store: a store that holds what a record's cluster had at one time, and nothing else: it can be read, and nothing comes.

import { NEVER, type Observable } from 'rxjs';
import type { Page, RangeOptions, Store, Stored, StoreEvent } from '../../../core/contracts/store.ts';

export class InstantStore implements Store {
  readonly #objects: ReadonlyMap<string, Stored>;
  readonly #revision: number;

  constructor(objects: ReadonlyMap<string, Stored>, revision: number) {
    this.#objects = objects;
    this.#revision = revision;
  }

  async get(key: string): Promise<Stored | undefined> {
    return this.#objects.get(key);
  }

  async list(prefix: string, { after = '', limit = Number.POSITIVE_INFINITY }: RangeOptions = {}): Promise<Page> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const items = keys.slice(0, limit).map((key) => this.#objects.get(key)!);
    return { items, revision: this.#revision, more: keys.length > items.length };
  }

  async count(prefix: string): Promise<number> {
    return (await this.list(prefix)).items.length;
  }

  watch(): Observable<StoreEvent> {
    return NEVER;
  }

  async revision(): Promise<number> {
    return this.#revision;
  }

  async *snapshot(): AsyncGenerator<Stored> {
    yield* (await this.list('')).items;
  }

  put = refused;
  delete = refused;
  compact = refused;
  restore = refused;

  async close(): Promise<void> {}
}

const refused = async (): Promise<never> => {
  throw new Error('what was recorded does not change');
};
