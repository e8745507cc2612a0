// Store: keeps every object of the cluster and numbers every change. etcd's model, one key a change.
//
//   const web = await store.put('/registry/pods/default/web', pod, { expect: 0 });    create: it must not exist
//   await store.put(web.key, changed, { expect: web.modRevision });                   guarded update
//   store.watch('/registry/pods/', { after: web.modRevision }).subscribe(...)         everything since
//
// Always true:
//   one number, the revision, grows by one with each change, whatever the key;
//   every watcher sees the changes in that order, each one once, none left out, even when a watcher writes in its callback;
//   values are plain JSON that nobody changes: who wants another value puts another one.
// The prose is in docs/contracts/store.md, the test suite in core/testing/describe-store.ts.

import type { Observable } from 'rxjs';
import { slot } from '../cluster/token.ts';

/** Number of a change, greater than 0. A new store stands at 1 or later before its first change, as etcd does: 0 is no revision. */
export type Revision = number;

/** A value as it stands, with etcd's numbers. */
export interface Stored {
  readonly key: string;
  readonly value: object;
  /** Revision at which the key came to be. */
  readonly createRevision: Revision;
  /** Revision of the last change of the key. */
  readonly modRevision: Revision;
  /** Count of changes since the key came to be; 1 for a new one. */
  readonly version: number;
}

/** What a snapshot has of a key. */
export interface SnapshotItem extends Stored {
  /** Seconds that are left of its time to live; absent: it stays. */
  readonly ttl?: number;
}

export interface RestoreOptions {
  /** The store goes on after this revision, if the greatest of the items is smaller: the last change may have been a deletion. */
  readonly after?: Revision;
  /** Called whenever it is a step further, by stores that have more to do than to take the items: whoever waits sees that it works. */
  progress?(): void;
}

/** Part of a list. All pages of one walk see the revision of the first. */
export interface Page {
  readonly items: readonly Stored[];
  /** The store's revision that this page shows. */
  readonly revision: Revision;
  /** Whether keys follow after the last item. */
  readonly more: boolean;
}

export interface ReadOptions {
  /** Read as it was at this revision; the latest unless told. Throws Compacted when that is no longer kept. */
  readonly at?: Revision;
}

export interface RangeOptions extends ReadOptions {
  /** Only keys that sort after this one. */
  readonly after?: string;
  /** At most so many items. */
  readonly limit?: number;
}

export interface Guard {
  /** 0: the key must not exist. N: it must stand at modRevision N. Absent: whatever there is. */
  readonly expect?: Revision;
}

export interface PutOptions extends Guard {
  /** Seconds after which the store deletes the key by itself; counted anew by each put. */
  readonly ttl?: number;
}

export type StoreEvent =
  | {
      readonly type: 'put';
      readonly revision: Revision;
      readonly stored: Stored;
      readonly previous: Stored | undefined;
    }
  | { readonly type: 'delete'; readonly revision: Revision; readonly key: string; readonly previous: Stored }
  /** Nothing to see up to and including this revision: a watcher may resume from here. */
  | { readonly type: 'progress'; readonly revision: Revision };

/** Keys are texts, sorted by their UTF-16 code units; a prefix ends with '/' where whole names are meant. */
export interface Store {
  /** The value under the key, or undefined. */
  get(key: string, options?: ReadOptions): Promise<Stored | undefined>;
  /** The values under all keys with the prefix, in key order. */
  list(prefix: string, options?: RangeOptions): Promise<Page>;
  /** How many keys have the prefix. */
  count(prefix: string): Promise<number>;
  /**
   * Writes. Throws Conflict when `expect` does not hold, TooLarge when the value is more than etcd takes. Answered only when
   * the change is as durable as the provider promises.
   */
  put(key: string, value: object, options?: PutOptions): Promise<Stored>;
  /** Deletes; gives what was there. Throws KeyNotFound, or Conflict when `expect` does not hold. */
  delete(key: string, options?: Guard): Promise<Stored>;
  /**
   * Changes of keys with the prefix: those after revision `after`, then live ones, without gap or repeat. Cold: each
   * subscription is a watch. Ends in the error Compacted when `after` is no longer kept. Delivery is never inside the
   * write that caused it: a subscriber is called on a later microtask.
   */
  watch(prefix: string, options: { readonly after: Revision }): Observable<StoreEvent>;
  /** Forgets superseded values from before the revision. Watches that are behind it end in Compacted. */
  compact(before: Revision): Promise<void>;
  /** The revision of the last change. */
  revision(): Promise<Revision>;
  /** Everything as it stands, in key order: what `restore` of any provider takes. */
  snapshot(): AsyncIterable<SnapshotItem>;
  /**
   * Fills an empty store. Keys keep their values, what is left of their times to live, and their numbers where the provider
   * can; `revision` is then at least the greatest.
   */
  restore(items: AsyncIterable<SnapshotItem> | Iterable<SnapshotItem>, options?: RestoreOptions): Promise<void>;
  /** Completes all watches and gives back all resources. */
  close(): Promise<void>;
}
export const Store = slot<Store>('Store');

/** The key does not stand where `expect` said. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly key: string;
  readonly expected: Revision;
  /** What stands there now; undefined when there is nothing. */
  readonly current: Stored | undefined;

  constructor(key: string, expected: Revision, current: Stored | undefined) {
    super(
      `${key}: expected ${expected === 0 ? 'no such key' : `revision ${expected}`}, found ${current ? `revision ${current.modRevision}` : 'no such key'}`,
    );
    this.key = key;
    this.expected = expected;
    this.current = current;
  }
}

/** There is nothing under the key to delete. */
export class KeyNotFound extends Error {
  override readonly name = 'KeyNotFound';
  readonly key: string;

  constructor(key: string) {
    super(`${key}: no such key`);
    this.key = key;
  }
}

/** The revision asked for is no longer kept. */
export class Compacted extends Error {
  override readonly name = 'Compacted';
  readonly requested: Revision;
  /** The oldest revision that can be asked for. */
  readonly oldest: Revision;

  constructor(requested: Revision, oldest: Revision) {
    super(`revision ${requested} is compacted; the oldest kept is ${oldest}`);
    this.requested = requested;
    this.oldest = oldest;
  }
}

/** The value is more than etcd takes (core/storage/value-size.ts). The words are etcd's, whichever store it is. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';

  constructor(cause?: unknown) {
    super('etcdserver: request is too large', { cause });
  }
}

/** The store could not do what it was asked, and nothing is wrong with the question: asked again later, it may. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  /**
   * `unavailable`: it was not asked, for it cannot be reached; `timeout`: it was asked and has not answered, so a write
   * may have happened or not; `refused`: it has said no, for a reason of its own.
   */
  readonly kind: 'unavailable' | 'timeout' | 'refused';

  constructor(kind: StoreFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
