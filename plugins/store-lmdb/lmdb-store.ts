// LmdbStore: objects that outlive the process, in one file, with their history. Built as etcd is: the keys and the
// numbers of their versions in memory, values on disk.
//
//   #heads     key -> its newest version, which links to the one before it: reads `at` a revision walk back
//   #index     the same heads in key order: lists
//   #ledger    the changes by revision, with their values, on disk
//   #log       the latest changes in memory, and their delivery: watches
//   writes     wait in a queue; what waits together is decided in order, written by one flush (group commit), then told
//
// Always true: a write is answered, seen by reads and shown to watchers only when it is on disk; when the disk refuses,
//   nothing of that group has happened.
// In real Kubernetes: etcd's mvcc package (index in memory, bbolt on disk).

import type { Observable } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';
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
import { EventLog } from '../../core/storage/event-log.ts';
import { checkBytes } from '../../core/storage/value-size.ts';
import { GroupCommit } from './group-commit.ts';
import { KeyIndex } from './key-index.ts';
import type { Entry, Ledger } from './ledger.ts';
import { Recent } from './recent.ts';
import { TimeToLive } from './time-to-live.ts';

/** Changes that the log keeps in memory for watches; older ones are read from disk. */
const keepInMemory = 10_000;

interface Change {
  readonly entry: Entry;
  readonly stored?: Stored;
  readonly previous: Stored | undefined;
  readonly value?: Buffer;
}

export class LmdbStore implements Store {
  readonly #ledger: Ledger;
  readonly #index = new KeyIndex();
  readonly #recent = new Recent();
  readonly #log = new EventLog({ at: (revision) => this.#eventAt(revision), keep: keepInMemory });
  readonly #commit: GroupCommit<Change>;
  readonly #ttl: TimeToLive;
  /** What the group that is being decided has done to keys so far. */
  readonly #undecided = new Map<string, Stored | undefined>();
  /** The last revision that was given out, on disk or not. */
  #given: Revision;
  #closed = false;
  #compacting: Promise<void> = Promise.resolve();

  /** Reads the keys of the ledger; values wait until they are asked for. @throws Error when one is damaged: the ledger is closed */
  constructor(ledger: Ledger, clock: Pick<Clock, 'now' | 'schedule'>) {
    this.#ledger = ledger;
    this.#commit = new GroupCommit(
      (changes) => this.#write(changes),
      () => this.#undo(),
    );
    this.#ttl = new TimeToLive(clock, (key, revision) => this.delete(key, { expect: revision }));
    try {
      this.#given = ledger.start;
      for (const entry of ledger.entries()) {
        this.#index.add(entry);
        this.#given = Math.max(this.#given, entry.revision);
        this.#ttl.set(entry.key, entry.revision, entry.expires);
      }
      this.#log.startAfter(this.#given, ledger.oldest);
    } catch (error) {
      this.#ttl.stop();
      void ledger.close().catch(() => {});
      throw error;
    }
  }

  async get(key: string, { at }: ReadOptions = {}): Promise<Stored | undefined> {
    this.#checkReadable(at);
    const entry = this.#index.at(key, at);
    return entry && this.#stored(entry);
  }

  async list(prefix: string, { at, after, limit }: RangeOptions = {}): Promise<Page> {
    this.#checkReadable(at);
    const items: Stored[] = [];
    for (const entry of this.#index.range(prefix, after, at)) {
      if (items.length === limit) return { items, revision: at ?? this.#log.revision, more: true };
      items.push(this.#stored(entry));
    }
    return { items, revision: at ?? this.#log.revision, more: false };
  }

  async count(prefix: string): Promise<number> {
    let count = 0;
    for (const _ of this.#index.range(prefix, undefined)) count += 1;
    return count;
  }

  async put(key: string, value: object, { expect, ttl }: PutOptions = {}): Promise<Stored> {
    const bytes = Buffer.from(JSON.stringify(value));
    checkBytes(bytes.length);
    const expires = ttl === undefined ? undefined : this.#ttl.deadline(ttl);
    return this.#submit(() => {
      const previous = this.#guarded(key, expect);
      const revision = this.#next();
      const { createRevision = revision, version = 0 } = previous ?? {};
      const stored: Stored = { key, value, createRevision, modRevision: revision, version: version + 1 };
      const entry = { revision, key, createRevision, version: version + 1, ...(expires !== undefined && { expires }) };
      this.#undecided.set(key, stored);
      return { changes: [{ entry, stored, previous, value: bytes }], answer: () => stored };
    });
  }

  async delete(key: string, { expect }: Guard = {}): Promise<Stored> {
    return this.#submit(() => {
      const previous = this.#guarded(key, expect);
      if (!previous) throw new KeyNotFound(key);
      const revision = this.#next();
      this.#undecided.set(key, undefined);
      const entry = { revision, key, createRevision: previous.createRevision, version: 0 };
      return { changes: [{ entry, previous }], answer: () => previous };
    });
  }

  watch(prefix: string, { after }: { readonly after: Revision }): Observable<StoreEvent> {
    return this.#log.observe(prefix, after);
  }

  /** One after the other: what a running compaction has not yet on disk is not answered by the next. */
  compact(before: Revision): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    const compacted = this.#compacting.then(() => this.#compact(before));
    this.#compacting = compacted.catch(() => {});
    return compacted;
  }

  async revision(): Promise<Revision> {
    return this.#log.revision;
  }

  async *snapshot(): AsyncGenerator<SnapshotItem> {
    const at = this.#log.revision;
    let page: Page;
    let after = '';
    do {
      page = await this.list('', { at, after, limit: 1000 });
      for (const stored of page.items) {
        const expires = this.#index.at(stored.key, at)?.expires;
        yield expires === undefined ? stored : { ...stored, ttl: this.#ttl.left(expires) };
      }
      after = page.items.at(-1)?.key ?? after;
    } while (page.more);
  }

  async restore(
    items: AsyncIterable<SnapshotItem> | Iterable<SnapshotItem>,
    { after = 0 }: RestoreOptions = {},
  ): Promise<void> {
    if (!this.#index.isEmpty) throw new Error('restore: the store is not empty; restore into a new one');
    const all: { readonly entry: Entry; readonly value: Buffer }[] = [];
    for await (const { key, value, createRevision, modRevision, version, ttl } of items) {
      const expires = ttl === undefined ? {} : { expires: this.#ttl.deadline(ttl) };
      const entry = { revision: modRevision, key, createRevision, version, ...expires };
      all.push({ entry, value: Buffer.from(JSON.stringify(value)) });
    }
    all.sort((a, b) => a.entry.revision - b.entry.revision);
    const revision = Math.max(this.#given, after, all.at(-1)?.entry.revision ?? 0);
    await this.#ledger.startAfter(revision);
    await this.#ledger.append(all);
    for (const { entry } of all) this.#index.add(entry);
    this.#given = revision;
    this.#log.startAfter(revision);
    for (const { entry } of all) this.#ttl.set(entry.key, entry.revision, entry.expires);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ttl.stop();
    await this.#compacting;
    await this.#commit.settled();
    this.#log.close();
    await this.#ledger.close();
  }

  async #compact(before: Revision): Promise<void> {
    await this.#commit.settled();
    await this.#log.settled();
    const previous = this.#log.oldest;
    const oldest = Math.min(before, this.#log.revision);
    if (oldest <= previous) return;
    const keys = new Set<string>();
    for (let revision = previous; revision <= oldest; revision += 1) {
      const key = this.#ledger.entry(revision)?.key;
      if (key !== undefined) keys.add(key);
    }
    // From here on nobody reads what is dropped, nor begins to watch there: it is gone before the disk's answer is here.
    // If the disk refuses, everything is as it was.
    this.#log.oldest = oldest;
    try {
      const superseded = [...keys].flatMap((key) => this.#index.superseded(key, oldest));
      await this.#ledger.forget(oldest, superseded);
    } catch (error) {
      this.#log.oldest = previous;
      throw error;
    }
    this.#log.forget(oldest);
    for (const key of keys) this.#index.forget(key, oldest);
  }

  #submit(decide: Parameters<GroupCommit<Change>['submit']>[0]): Promise<Stored> {
    if (this.#closed) throw new Error('the store is closed');
    return this.#commit.submit(decide) as Promise<Stored>;
  }

  #next(): Revision {
    this.#given += 1;
    return this.#given;
  }

  /** What stands under the key, the group's own changes included. @throws Conflict */
  #guarded(key: string, expect: Revision | undefined): Stored | undefined {
    const entry = this.#index.at(key);
    const current = this.#undecided.has(key) ? this.#undecided.get(key) : entry && this.#stored(entry);
    if (expect !== undefined && expect !== (current?.modRevision ?? 0)) throw new Conflict(key, expect, current);
    return current;
  }

  async #write(changes: readonly Change[]): Promise<void> {
    await this.#ledger.append(changes);
    this.#undecided.clear();
    for (const { entry, stored, previous, value } of changes) {
      const { key, revision } = entry;
      this.#index.add(entry);
      this.#ttl.set(key, revision, entry.expires);
      if (stored) this.#recent.set(stored, value?.length ?? 0);
      if (stored) this.#log.append({ type: 'put', revision, stored, previous });
      else if (previous) this.#log.append({ type: 'delete', revision, key, previous });
    }
  }

  #undo(): void {
    this.#undecided.clear();
    this.#given = this.#log.revision;
  }

  #stored(entry: Entry): Stored {
    const recent = this.#recent.get(entry.revision);
    if (recent) return recent;
    const bytes = this.#ledger.value(entry.revision);
    const { key, createRevision, version } = entry;
    const value = JSON.parse(bytes.toString('utf8')) as object;
    const stored = { key, value, createRevision, modRevision: entry.revision, version };
    this.#recent.set(stored, bytes.length);
    return stored;
  }

  /** A change that the log no longer keeps in memory. */
  #eventAt(revision: Revision): Exclude<StoreEvent, { type: 'progress' }> | undefined {
    const entry = this.#ledger.entry(revision);
    if (!entry) return undefined;
    const before = this.#index.at(entry.key, revision - 1);
    const previous = before && this.#stored(before);
    if (entry.version > 0) return { type: 'put', revision, stored: this.#stored(entry), previous };
    return previous && { type: 'delete', revision, key: entry.key, previous };
  }

  #checkReadable(revision: Revision | undefined): void {
    if (revision !== undefined && revision < this.#log.oldest) throw new Compacted(revision, this.#log.oldest);
  }
}
