// Right, of another shape: a log. The changes are all that is kept; every answer is found by walking them backwards from
// the revision that is asked for. Simple, and slow when the log is long.

import {
  Clock,
  Compacted,
  Conflict,
  type Guard,
  KeyNotFound,
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
  /** All changes, oldest first. */
  readonly #log: Entry[] = [];

  constructor(clock: Pick<Clock, 'schedule'>) {
    this.#deadlines = new Deadlines(clock, (key) => void this.delete(key));
  }

  async get(key: string, { at }: ReadOptions = {}): Promise<Stored | undefined> {
    this.#changes.checkReadable(at);
    return this.#last(key, at ?? this.#revision);
  }

  async list(prefix: string, { at, after, limit }: RangeOptions = {}): Promise<Page> {
    this.#changes.checkReadable(at);
    const revision = at ?? this.#revision;
    const seen = new Set<string>();
    const found: Stored[] = [];
    for (const entry of this.#until(revision)) {
      const { key, stored } = entry;
      if (seen.has(key) || !key.startsWith(prefix)) continue;
      seen.add(key); // what came before does not count
      if (stored && (after === undefined || key > after)) found.push(stored);
    }
    found.sort((a, b) => (a.key < b.key ? -1 : 1));
    const most = limit ?? found.length;
    return { items: found.slice(0, most), revision, more: found.length > most };
  }

  async put(key: string, value: object, { expect, ttl }: PutOptions = {}): Promise<Stored> {
    const previous = this.#last(key, this.#revision);
    if (expect !== undefined && previous?.modRevision !== (expect || undefined))
      throw new Conflict(key, expect, previous);
    const modRevision = this.#revision + 1;
    const { createRevision = modRevision, version = 0 } = previous ?? {};
    const stored: Stored = { key, value, createRevision, modRevision, version: version + 1 };
    this.#enter({ key, stored });
    this.#changes.append({ type: 'put', revision: modRevision, stored, previous });
    this.#deadlines.set(key, ttl);
    return stored;
  }

  async delete(key: string, { expect }: Guard = {}): Promise<Stored> {
    const previous = this.#last(key, this.#revision);
    if (expect && previous?.modRevision !== expect) throw new Conflict(key, expect, previous);
    if (!previous) throw new KeyNotFound(key);
    if (expect === 0) throw new Conflict(key, expect, previous);
    this.#enter({ key, stored: undefined });
    this.#changes.append({ type: 'delete', revision: this.#revision, key, previous });
    this.#deadlines.set(key);
    return previous;
  }

  #enter(entry: Omit<Entry, 'revision'>): void {
    this.#revision += 1;
    this.#log.push({ ...entry, revision: this.#revision });
  }

  #last(key: string, at: Revision): Stored | undefined {
    for (const entry of this.#until(at)) if (entry.key === key) return entry.stored;
    return undefined;
  }

  /** The log backwards, from a revision on. */
  *#until(at: Revision): Generator<Entry> {
    for (let n = this.#log.length - 1; n >= 0; n -= 1) {
      const entry = this.#log[n]!;
      if (entry.revision <= at) yield entry;
    }
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

interface Entry {
  readonly key: string;
  readonly revision: Revision;
  /** Undefined: the key was deleted. */
  readonly stored: Stored | undefined;
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
  description: 'keeps a log of all changes',
  provides: [Store],
  bind: ({ bind }) => {
    bind(Store).toResolvedValue((clock: Clock) => new MyStore(clock), [Clock]);
  },
});
