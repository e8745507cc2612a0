// Mistake: goes on counting where the last life ended: a key that was deleted and put again has its old numbers.
// Caught by: 6.3 (born)

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
  /** What each key was, oldest first; undefined once it is deleted. */
  readonly #lives = new Map<string, Version[]>();

  constructor(clock: Pick<Clock, 'schedule'>) {
    this.#deadlines = new Deadlines(clock, (key) => void this.delete(key));
  }

  async get(key: string, { at }: ReadOptions = {}): Promise<Stored | undefined> {
    this.#changes.checkReadable(at);
    return this.#read(key, at);
  }

  async list(prefix: string, { at = this.#revision, after, limit }: RangeOptions = {}): Promise<Page> {
    this.#changes.checkReadable(at);
    const keys = [...this.#lives.keys()]
      .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
      .sort();
    const all = keys.flatMap((key) => this.#read(key, at) ?? []);
    const items = all.slice(0, limit);
    return { items, revision: at, more: items.length < all.length };
  }

  async put(key: string, value: object, options: PutOptions = {}): Promise<Stored> {
    const previous = this.#read(key);
    check(key, previous, options);
    const before = this.#lives.get(key)?.findLast(({ stored }) => stored)?.stored;
    this.#revision += 1;
    const stored: Stored = {
      key,
      value,
      createRevision: before?.createRevision ?? this.#revision,
      modRevision: this.#revision,
      version: (before?.version ?? 0) + 1,
    };
    this.#write(key, stored);
    this.#changes.append({ type: 'put', revision: this.#revision, stored, previous });
    this.#deadlines.set(key, options.ttl);
    return stored;
  }

  async delete(key: string, options: Guard = {}): Promise<Stored> {
    const previous = this.#read(key);
    if (!previous && !options.expect) throw new KeyNotFound(key);
    check(key, previous, options);
    if (!previous) throw new KeyNotFound(key);
    this.#revision += 1;
    this.#write(key, undefined);
    this.#changes.append({ type: 'delete', revision: this.#revision, key, previous });
    this.#deadlines.set(key);
    return previous;
  }

  /** The key as it stood at a revision; as it stands, unless told. */
  #read(key: string, at = this.#revision): Stored | undefined {
    return this.#lives.get(key)?.findLast(({ revision }) => revision <= at)?.stored;
  }

  /** The key as it is from now on. */
  #write(key: string, stored: Stored | undefined): void {
    const life = this.#lives.get(key) ?? [];
    this.#lives.set(key, life);
    life.push({ revision: this.#revision, stored });
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

/** What a key was from a revision on: a value, or nothing. */
interface Version {
  readonly revision: Revision;
  readonly stored: Stored | undefined;
}

/** Throws Conflict when the key does not stand where the writer expects it. */
function check(key: string, current: Stored | undefined, { expect }: Guard): void {
  if (expect !== undefined && expect !== (current?.modRevision ?? 0)) throw new Conflict(key, expect, current);
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
  description: 'a wrong one: version-goes-on',
  provides: [Store],
  bind: ({ bind }) => {
    bind(Store).toResolvedValue((clock: Clock) => new MyStore(clock), [Clock]);
  },
});
