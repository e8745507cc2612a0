// Lab 6: a store that numbers every change and writes only where it is told what stands there.
//
// You write get, list, put and delete. The rest of a store (watches, compaction, ttl, snapshots) is given below; together
// they are the store of a whole cluster.
//
// Fails at first:
//   6.1  nothing can be put yet
//   6.2  nothing can be put yet, so nothing is numbered
//   6.3  nothing can be put yet, so nothing has a life
//   6.4  nothing can be put yet, with a guard or without
//   6.5  nothing can be put yet, so nobody wins
//   6.6  nothing can be put yet, so there is nothing to list
//   6.7  nothing can be put yet, so there is no past
//   6.8  nothing can be put yet: the first operation differs from the store of reference
//   6.9  no cluster comes up on a store that throws

import {
  Clock,
  Compacted,
  type Guard,
  type Page,
  type PutOptions,
  plugin,
  type RangeOptions,
  type ReadOptions,
  type Revision,
  Store,
  type Stored,
  type StoreEvent,
} from 'kubelab';
import { Observable, type Subscriber } from 'rxjs';

export class MyStore implements Store {
  /** The revision of the last change. A new store stands at 1: 0 is no revision. */
  #revision: Revision = 1;
  readonly #changes = new Changes();
  readonly #deadlines: Deadlines;

  constructor(clock: Pick<Clock, 'schedule'>) {
    this.#deadlines = new Deadlines(clock, (key) => void this.delete(key));
  }

  /** The value under the key, or undefined; with `at`, as it was at that revision. */
  async get(_key: string, _options: ReadOptions = {}): Promise<Stored | undefined> {
    throw new Error('get is not written yet');
  }

  /** The values under all keys with the prefix, in key order; only those after `after`, at most `limit`; with `at`, as they were. */
  async list(_prefix: string, _options: RangeOptions = {}): Promise<Page> {
    throw new Error('list is not written yet');
  }

  /**
   * Writes. For each change, tell `this.#changes.append({ type: 'put', revision, stored, previous })` and
   * `this.#deadlines.set(key, options.ttl)`. @throws Conflict when `expect` does not hold
   */
  async put(_key: string, _value: object, _options: PutOptions = {}): Promise<Stored> {
    throw new Error('put is not written yet');
  }

  /**
   * Deletes, and gives what was there. For each change, tell `this.#changes.append({ type: 'delete', revision, key,
   * previous })` and `this.#deadlines.set(key)`. @throws KeyNotFound, or Conflict when `expect` does not hold
   */
  async delete(_key: string, _options: Guard = {}): Promise<Stored> {
    throw new Error('delete is not written yet');
  }

  // ---- Given from here on: what is not the point of this lab. ----

  async revision(): Promise<Revision> {
    return this.#revision;
  }

  async count(prefix: string): Promise<number> {
    return (await this.list(prefix)).items.length;
  }

  watch(prefix: string, { after }: { readonly after: Revision }): Observable<StoreEvent> {
    return this.#changes.watch(prefix, after);
  }

  async compact(before: Revision): Promise<void> {
    await this.#changes.forget(Math.min(before, this.#revision));
  }

  async *snapshot(): AsyncGenerator<Stored> {
    yield* (await this.list('')).items;
  }

  async restore(items: AsyncIterable<Stored> | Iterable<Stored>): Promise<void> {
    for await (const { key, value, modRevision } of items) {
      this.#revision = Math.max(this.#revision, modRevision);
      await this.put(key, value);
    }
  }

  async close(): Promise<void> {
    this.#deadlines.clear();
    this.#changes.close();
  }
}

type Change = Exclude<StoreEvent, { type: 'progress' }>;

interface Watcher {
  readonly prefix: string;
  readonly subscriber: Subscriber<StoreEvent>;
  /** It has been shown everything up to here. */
  seen: Revision;
  /** The last that it was told of; the rest was not for it. */
  told: Revision;
}

/** A watcher that hears nothing for so many changes is told that it missed nothing. */
const progressEvery = 100;

/** Given: the changes in the order of their revisions, and the loop that shows them to watchers, never inside a write. */
class Changes {
  #events: Change[] = [];
  readonly #watchers = new Set<Watcher>();
  /** The oldest revision that can still be read. */
  #oldest: Revision = 1;
  #isAwake = false;

  /** Call it once for each change, in the order of their revisions. */
  append(change: Change): void {
    this.#events.push(change);
    this.#wake();
  }

  /** Call it before you read as of a revision. @throws Compacted when it is no longer kept */
  checkReadable(at: Revision | undefined): void {
    if (at !== undefined && at < this.#oldest) throw new Compacted(at, this.#oldest);
  }

  watch(prefix: string, after: Revision): Observable<StoreEvent> {
    return new Observable((subscriber) => {
      // As if it had heard nothing for long: it is told at once when it has nothing to catch up with.
      const watcher = { prefix, subscriber, seen: after, told: after - progressEvery };
      this.#watchers.add(watcher);
      this.#wake();
      return () => this.#watchers.delete(watcher);
    });
  }

  async forget(before: Revision): Promise<void> {
    await undefined;
    this.#show(); // who is up to date stays so
    this.#oldest = Math.max(this.#oldest, before);
    this.#events = this.#events.filter(({ revision }) => revision >= this.#oldest);
  }

  close(): void {
    for (const { subscriber } of [...this.#watchers]) subscriber.complete();
  }

  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    queueMicrotask(() => {
      this.#isAwake = false;
      this.#show();
    });
  }

  #show(): void {
    for (const watcher of this.#watchers) {
      if (watcher.seen < this.#oldest) watcher.subscriber.error(new Compacted(watcher.seen, this.#oldest));
      else this.#showTo(watcher);
    }
  }

  #showTo(watcher: Watcher): void {
    const { prefix, subscriber } = watcher;
    // A watcher that writes in its callback makes the list longer while it is walked.
    for (let at = this.#after(watcher.seen); at < this.#events.length && !subscriber.closed; at += 1) {
      const event = this.#events[at]!;
      watcher.seen = event.revision;
      if (!(event.type === 'put' ? event.stored.key : event.key).startsWith(prefix)) continue;
      watcher.told = event.revision;
      subscriber.next(event);
    }
    if (watcher.seen - watcher.told <= progressEvery) return;
    watcher.told = watcher.seen;
    subscriber.next({ type: 'progress', revision: watcher.seen });
  }

  /** Where in the list the changes after the revision begin: most watchers have seen all but the last few. */
  #after(revision: Revision): number {
    let at = this.#events.length;
    while (at > 0 && this.#events[at - 1]!.revision > revision) at -= 1;
    return at;
  }
}

/** Given: keys that are deleted by themselves when their time is over. */
class Deadlines {
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #expire: (key: string) => void;
  readonly #cancels = new Map<string, () => void>();

  constructor(clock: Pick<Clock, 'schedule'>, expire: (key: string) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Call it after each put (with its ttl) and each delete (without). */
  set(key: string, seconds?: number): void {
    this.#cancels.get(key)?.();
    this.#cancels.delete(key);
    if (seconds === undefined) return;
    const expire = () => {
      this.#cancels.delete(key);
      this.#expire(key);
    };
    this.#cancels.set(key, this.#clock.schedule(seconds * 1000, expire));
  }

  clear(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}

export default plugin({
  name: 'store-mine',
  description: 'my store',
  provides: [Store],
  bind: ({ bind }) => {
    bind(Store).toResolvedValue((clock: Clock) => new MyStore(clock), [Clock]);
  },
});
