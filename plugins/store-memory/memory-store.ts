// MemoryStore: all objects in memory, many versions of each, nothing on disk.
//
//   #heads     key -> its newest version, which links to the one before it, and so on: reads `at` a revision walk back
//   #index     the same heads in key order: lists
//   #log       the changes in revision order, and their delivery: watches
//
// Always true: a revision is in the log as long as a read can be asked for it; a deleted key keeps its head until its
//   deletion is compacted; values are kept by reference and never copied.
// In real Kubernetes: etcd, on disk, agreed among several machines.

import type { Observable } from 'rxjs';
import type { Cancel, Clock } from '../../core/contracts/clock.ts';
import {
  Compacted,
  Conflict,
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
} from '../../core/contracts/store.ts';
import { type Change, EventLog } from '../../core/storage/event-log.ts';
import { SortedIndex } from '../../core/storage/sorted-index.ts';
import { largestValue, sizeBound } from '../../core/storage/value-size.ts';
import { Version } from './version.ts';

/** The value of a deletion. */
const nothing = {};

interface Head {
  readonly key: string;
  newest: Version;
  /** The newest value has at most so many bytes. */
  bound: number;
}

export class MemoryStore implements Store {
  readonly #clock: Pick<Clock, 'now' | 'schedule'>;
  readonly #keep: number;
  readonly #heads = new Map<string, Head>();
  readonly #index = new SortedIndex<Head>();
  readonly #deadlines = new Map<string, { readonly at: number; readonly cancel: Cancel }>();
  readonly #log = new EventLog();
  /** The oldest revision that can be read. */
  #oldest: Revision = 1;
  #closed = false;

  /** @param keep how many changes are kept at least; when there are twice as many, the older half is compacted. */
  constructor(clock: Pick<Clock, 'now' | 'schedule'>, keep = 50_000) {
    this.#clock = clock;
    this.#keep = keep;
  }

  async get(key: string, options: ReadOptions = {}): Promise<Stored | undefined> {
    const head = this.#heads.get(key);
    this.#checkReadable(options.at);
    return head?.newest.standingAt(options.at);
  }

  async list(prefix: string, options: RangeOptions = {}): Promise<Page> {
    this.#checkReadable(options.at);
    const items: Stored[] = [];
    let more = false;
    const start = options.after !== undefined && options.after >= prefix ? `${options.after}\u0000` : prefix;
    for (const head of this.#index.from(start)) {
      if (!head.key.startsWith(prefix)) break;
      const stored = head.newest.standingAt(options.at);
      if (!stored) continue;
      more = items.length === options.limit;
      if (more) break;
      items.push(stored);
    }
    return { items, revision: options.at ?? this.#log.revision, more };
  }

  async count(prefix: string): Promise<number> {
    let count = 0;
    for (const head of this.#index.from(prefix)) {
      if (!head.key.startsWith(prefix)) break;
      if (!head.newest.isDeletion) count += 1;
    }
    return count;
  }

  async put(key: string, value: object, options: PutOptions = {}): Promise<Stored> {
    const head = this.#heads.get(key);
    const previous = head?.newest.standingAt();
    this.#checkGuard(key, previous, options);
    const bound = sizeBound(value, previous && { value: previous.value, bound: head?.bound ?? largestValue });
    const revision = this.#log.revision + 1;
    const created = previous?.createRevision ?? revision;
    // One text for all versions of a key.
    const stored = new Version(head?.key ?? key, value, created, revision, (previous?.version ?? 0) + 1, head?.newest);
    this.#write(head, stored, bound);
    this.#log.append({ type: 'put', revision, stored, previous });
    this.#expireLater(key, options.ttl);
    this.#compactSometimes();
    return stored;
  }

  async delete(key: string, options: Guard = {}): Promise<Stored> {
    const head = this.#heads.get(key);
    const previous = head?.newest.standingAt();
    if (!previous && !options.expect) throw new KeyNotFound(key);
    this.#checkGuard(key, previous, options);
    if (!head || !previous) throw new KeyNotFound(key);
    const revision = this.#log.revision + 1;
    this.#write(head, new Version(head.key, nothing, revision, revision, 0, head.newest), 0);
    this.#log.append({ type: 'delete', revision, key: head.key, previous });
    this.#expireLater(key, undefined);
    this.#compactSometimes();
    return previous;
  }

  watch(prefix: string, options: { readonly after: Revision }): Observable<StoreEvent> {
    return this.#log.observe(prefix, options.after);
  }

  async compact(before: Revision): Promise<void> {
    await this.#log.settled();
    this.#compact(Math.min(before, this.#log.revision));
  }

  async revision(): Promise<Revision> {
    return this.#log.revision;
  }

  async *snapshot(): AsyncGenerator<SnapshotItem> {
    for (const stored of (await this.list('')).items) {
      const { key, value, createRevision, modRevision, version } = stored;
      const deadline = this.#deadlines.get(key);
      const ttl = deadline && Math.max(0, deadline.at - this.#clock.now()) / 1000;
      yield ttl === undefined ? stored : { key, value, createRevision, modRevision, version, ttl };
    }
  }

  async restore(
    items: AsyncIterable<SnapshotItem> | Iterable<SnapshotItem>,
    { after = 0 }: RestoreOptions = {},
  ): Promise<void> {
    if (this.#heads.size > 0) throw new Error('restore: the store is not empty; restore into a new one');
    let revision = Math.max(this.#log.revision, after);
    const mortal: [key: string, ttl: number][] = [];
    for await (const { key, value, createRevision, modRevision, version, ttl } of items) {
      // As large as may be: with the first change it is counted.
      this.#write(undefined, new Version(key, value, createRevision, modRevision, version, undefined), largestValue);
      revision = Math.max(revision, modRevision);
      if (ttl !== undefined) mortal.push([key, ttl]);
    }
    this.#oldest = revision;
    this.#log.startAfter(revision);
    for (const [key, ttl] of mortal) this.#expireLater(key, ttl);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { cancel } of this.#deadlines.values()) cancel();
    this.#deadlines.clear();
    this.#log.close();
  }

  /** How many watches are open: none is left after `close`, or when every subscriber has gone. */
  get watchers(): number {
    return this.#log.watchers;
  }

  #write(head: Head | undefined, newest: Version, bound: number): void {
    if (head) {
      head.newest = newest;
      head.bound = bound;
    } else {
      const added = { key: newest.key, newest, bound };
      this.#heads.set(added.key, added);
      this.#index.add(added);
    }
  }

  #checkReadable(revision: Revision | undefined): void {
    if (revision !== undefined && revision < this.#oldest) throw new Compacted(revision, this.#oldest);
  }

  #checkGuard(key: string, current: Stored | undefined, { expect }: Guard): void {
    if (this.#closed) throw new Error(`${key}: the store is closed`);
    if (expect !== undefined && expect !== (current?.modRevision ?? 0)) throw new Conflict(key, expect, current);
  }

  #expireLater(key: string, seconds: number | undefined): void {
    this.#deadlines.get(key)?.cancel();
    this.#deadlines.delete(key);
    if (seconds === undefined) return;
    const expire = () => {
      this.#deadlines.delete(key);
      void this.delete(key);
    };
    const cancel = this.#clock.schedule(seconds * 1000, expire);
    this.#deadlines.set(key, { at: this.#clock.now() + seconds * 1000, cancel });
  }

  #compactSometimes(): void {
    if (this.#log.length === 2 * this.#keep) void this.compact(this.#log.revision - this.#keep);
  }

  #compact(before: Revision): void {
    if (before <= this.#oldest) return;
    this.#oldest = before;
    // What stood before a forgotten change can no longer be read; nor can a key that the change deleted. The change at
    // `before` itself stays in the log, and hides what stood before it.
    const changed = new Set<string>();
    for (const event of this.#log.forget(before)) changed.add(keyOf(event));
    if (this.#log.first) changed.add(keyOf(this.#log.first));
    for (const key of changed) {
      const newest = this.#heads.get(key)?.newest;
      if (!newest) continue;
      newest.forgetBefore(before);
      if (newest.isDeletion && newest.modRevision < before) {
        this.#heads.delete(key);
        this.#index.remove(key);
      }
    }
  }
}

const keyOf = (event: Change): string => (event.type === 'put' ? event.stored.key : event.key);
