// Exchangeable store: stands before the store that a cluster has now, so that another one can take its place while the
// cluster runs.
//   exchange(next)   writes wait > those on their way end > the state is copied > what times to live ended meanwhile is
//                    deleted there too > watches go over > writes go on
// Where the next store keeps the numbers, watches go on after the last revision that they saw: nobody notices. One that
// numbers by itself (etcd) goes on past the old numbers: watches end in Compacted, and whoever watches lists again.
// Always true: no write is lost or done twice; when the copy fails, everything goes on with the old store.

import { filter, firstValueFrom, Observable, type Subscriber, type Subscription } from 'rxjs';
import {
  Compacted,
  type Guard,
  KeyNotFound,
  type Page,
  type PutOptions,
  type RangeOptions,
  type ReadOptions,
  type RestoreOptions,
  type Revision,
  type SnapshotItem,
  type Store,
  type Stored,
  type StoreEvent,
} from '../contracts/store.ts';
import { nextTurn } from '../time/turn.ts';

export interface ExchangeOptions {
  /** Called whenever the copy is a step further. */
  progress?(): void;
  /** Gives the copy up: everything goes on with the old store. */
  readonly signal?: AbortSignal;
}

interface Watching {
  readonly prefix: string;
  readonly subscriber: Subscriber<StoreEvent>;
  seen: Revision;
  subscription: Subscription | undefined;
}

export class ExchangeableStore implements Store {
  #store: Store;
  readonly #watching = new Set<Watching>();
  /** Writes on their way to the store. */
  readonly #writes = new Set<Promise<unknown>>();
  /** While a store is exchanged: writes wait for it. */
  #exchange: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get(key: string, options?: ReadOptions): Promise<Stored | undefined> {
    return this.#store.get(key, options);
  }

  list(prefix: string, options?: RangeOptions): Promise<Page> {
    return this.#store.list(prefix, options);
  }

  count(prefix: string): Promise<number> {
    return this.#store.count(prefix);
  }

  put(key: string, value: object, options?: PutOptions): Promise<Stored> {
    return this.#write((store) => store.put(key, value, options));
  }

  delete(key: string, options?: Guard): Promise<Stored> {
    return this.#write((store) => store.delete(key, options));
  }

  watch(prefix: string, { after }: { readonly after: Revision }): Observable<StoreEvent> {
    return new Observable((subscriber) => {
      const watching: Watching = { prefix, subscriber, seen: after, subscription: undefined };
      this.#watching.add(watching);
      this.#follow(watching);
      return () => {
        this.#watching.delete(watching);
        watching.subscription?.unsubscribe();
      };
    });
  }

  compact(before: Revision): Promise<void> {
    return this.#store.compact(before);
  }

  revision(): Promise<Revision> {
    return this.#store.revision();
  }

  snapshot(): AsyncIterable<SnapshotItem> {
    return this.#store.snapshot();
  }

  restore(items: AsyncIterable<SnapshotItem> | Iterable<SnapshotItem>, options?: RestoreOptions): Promise<void> {
    return this.#write((store) => store.restore(items, options));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Whether it has this store now. */
  isOn(store: Store): boolean {
    return this.#store === store;
  }

  /** Fills the next store, which must be empty, and goes on with it. The old one is closed. @throws whatever `restore` throws */
  async exchange(next: Store, options: ExchangeOptions = {}): Promise<void> {
    await this.#exchange;
    const done = this.#exchangeFor(next, options);
    this.#exchange = done.then(
      () => {},
      () => {},
    );
    let former: Store;
    try {
      former = await done;
    } finally {
      this.#exchange = undefined;
    }
    // Nobody waits for it any more.
    await former.close().catch(() => {});
  }

  /** @returns the former store, which nobody uses any more */
  async #exchangeFor(next: Store, { progress = () => {}, signal }: ExchangeOptions): Promise<Store> {
    const former = this.#store;
    await Promise.allSettled(this.#writes);
    const start = await former.revision();
    // Times to live go on ending while all is copied.
    const ended: string[] = [];
    const endings = former.watch('', { after: start }).subscribe({
      next: (event) => event.type === 'delete' && ended.push(event.key),
      error: () => {},
    });
    let last = start;
    let isNumberedAlike = false;
    try {
      await next.restore(counted(former.snapshot(), progress, signal), { after: start, progress });
      isNumberedAlike = (await next.revision()) === start;
      last = await former.revision();
      if (this.#watching.size > 0 || last !== start) await this.#shown(former, last);
    } finally {
      endings.unsubscribe();
    }
    for (const key of ended) await deleteAlike(next, key);
    const now = await next.revision();
    const isLast = (await former.revision()) === last;
    signal?.throwIfAborted();
    // From here on nothing can fail: whoever asked for the exchange would take it for undone.
    this.#store = next;
    const keepsNumbers = isNumberedAlike && isLast && now === last;
    for (const watching of this.#watching) {
      watching.subscription?.unsubscribe();
      if (!keepsNumbers) watching.subscriber.error(new Compacted(watching.seen, now));
      // Everything up to the last revision was shown, whatever of it was the watcher's own.
      else {
        watching.seen = Math.max(watching.seen, last);
        this.#follow(watching);
      }
    }
    return former;
  }

  /** Resolves when the store has shown its last change: stores show each change to all watchers at once. */
  async #shown(store: Store, last: Revision): Promise<void> {
    const reached = store.watch('', { after: last - 1 }).pipe(filter(({ revision }) => revision >= last));
    await firstValueFrom(reached).catch(() => undefined);
    await nextTurn();
  }

  #follow(watching: Watching): void {
    const { prefix, subscriber, seen } = watching;
    watching.subscription = this.#store.watch(prefix, { after: seen }).subscribe({
      next: (event) => {
        watching.seen = event.revision;
        subscriber.next(event);
      },
      error: (error) => subscriber.error(error),
      complete: () => {
        this.#watching.delete(watching);
        subscriber.complete();
      },
    });
  }

  #write<T>(write: (store: Store) => Promise<T>): Promise<T> {
    if (this.#exchange) return this.#exchange.then(() => this.#write(write));
    const writing = write(this.#store);
    this.#writes.add(writing);
    const end = () => void this.#writes.delete(writing);
    writing.then(end, end);
    return writing;
  }
}

async function* counted(
  items: AsyncIterable<SnapshotItem>,
  progress: () => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<SnapshotItem> {
  for await (const item of items) {
    signal?.throwIfAborted();
    progress();
    yield item;
  }
}

/** In the same order as in the former store, so under the same number where it keeps them. */
async function deleteAlike(next: Store, key: string): Promise<void> {
  await next.delete(key).catch((error) => {
    // It has counted the time as well.
    if (!(error instanceof KeyNotFound)) throw error;
  });
}
