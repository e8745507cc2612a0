// Watch cache: everything about one kind that many clients watch, for the price of one watch of the store.
//
//   store watch ──> state     the latest of each object, stamped with its resourceVersion once, shared by all
//               ──> ring      recent events, for watchers that come back
//               ──> index     the watchers, filed by what they ask for; an event finds those it can concern
//
// Inside there are plain callbacks, which cost a tenth of an Observable's; the edge (watch.ts) makes Observables of them.
// Always true: events are handed on in the store's order, from the store's own loop, never from inside a write; a
//   watcher has been handed everything of its own up to `revision`.
// In real Kubernetes: apiserver/pkg/storage/cacher.

import type { Subscription } from 'rxjs';
import type { Revision, Store, StoreEvent } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { CacheEvent } from './cache-event.ts';
import { EventRing } from './event-ring.ts';
import { prefixOf } from './keys.ts';
import { stamp } from './revision.ts';
import { type IndexedWatcher, WatcherIndex } from './watcher-index.ts';

export interface CacheWatcher extends IndexedWatcher {
  /** The cache has ended: the store is closed (no error), or its watch broke. */
  end(error?: unknown): void;
}

export class WatchCache {
  readonly #store: Store;
  readonly #resource: Resource;
  readonly #index: WatcherIndex;
  readonly #state = new Map<string, KubeObject>();
  #ring = new EventRing<CacheEvent>(0);
  #revision: Revision = 0;
  #ready: Promise<void> | undefined;
  #watch: Subscription | undefined;
  #ended = false;

  constructor(store: Store, resource: Resource) {
    this.#store = store;
    this.#resource = resource;
    this.#index = new WatcherIndex(resource);
  }

  /** Up to here the cache knows everything of its kind. */
  get revision(): Revision {
    return this.#revision;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Fills the cache and begins to watch; doing it again is waiting for it. */
  start(): Promise<void> {
    this.#ready ??= this.#fill().catch((error) => {
      this.#end(error);
      throw error;
    });
    return this.#ready;
  }

  /** The object under a store key. */
  get(key: string): KubeObject | undefined {
    return this.#state.get(key);
  }

  /** All objects, in no order. */
  objects(): Iterable<KubeObject> {
    return this.#state.values();
  }

  /** All objects under the prefix, in key order. */
  sorted(prefix: string): KubeObject[] {
    const keys = [...this.#state.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => this.#state.get(key) as KubeObject);
  }

  /** What happened after the revision; undefined: some of that is older than what the cache remembers. */
  since(after: Revision): readonly CacheEvent[] | undefined {
    return this.#ring.after(after);
  }

  /**
   * Shows the watcher what happened after the revision, then files it for what comes; the answer takes it out again.
   * Undefined: some of that is older than what the cache remembers, so the store has to be asked.
   */
  join(watcher: CacheWatcher, after: Revision): (() => void) | undefined {
    const missed = this.#ring.after(after);
    if (!missed) return undefined;
    for (const event of missed) watcher.offer(event);
    const leave = this.#index.add(watcher);
    if (this.#ended) watcher.end();
    return leave;
  }

  /** Ends the cache and completes its watchers. */
  stop(): void {
    this.#end();
  }

  async #fill(): Promise<void> {
    const prefix = prefixOf(this.#resource);
    const page = await this.#store.list(prefix);
    for (const stored of page.items) this.#state.set(stored.key, stamp(stored));
    this.#revision = page.revision;
    this.#ring = new EventRing(page.revision);
    if (this.#ended) return;
    this.#watch = this.#store.watch(prefix, { after: page.revision }).subscribe({
      next: (event) => this.#take(event),
      error: (error) => this.#end(error),
      complete: () => this.#end(),
    });
  }

  #take(event: StoreEvent): void {
    if (event.type !== 'progress') {
      const key = event.type === 'put' ? event.stored.key : event.key;
      const change = CacheEvent.from(event, this.#state.get(key));
      if (change.object) this.#state.set(key, change.object);
      else this.#state.delete(key);
      this.#ring.add(change);
      this.#revision = event.revision;
      this.#index.offer(change);
    } else {
      this.#revision = event.revision;
    }
  }

  #end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch?.unsubscribe();
    for (const watcher of [...this.#index]) (watcher as CacheWatcher).end(error);
  }
}

/** The caches of all kinds, each begun when it is first asked for. */
export class WatchCaches {
  readonly #store: Store;
  readonly #caches = new Map<string, WatchCache>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The kind's cache, filled. */
  async of(resource: Resource): Promise<WatchCache> {
    const prefix = prefixOf(resource);
    let cache = this.#caches.get(prefix);
    if (!cache || cache.ended) {
      cache = new WatchCache(this.#store, resource);
      this.#caches.set(prefix, cache);
    }
    await cache.start();
    return cache;
  }

  /** The kind's cache if it is there and knows everything up to the revision: then it can answer in the store's place. */
  upTo(resource: Resource, revision: Revision): WatchCache | undefined {
    const cache = this.#caches.get(prefixOf(resource));
    return cache && !cache.ended && cache.revision >= revision && revision > 0 ? cache : undefined;
  }

  stop(): void {
    for (const cache of this.#caches.values()) cache.stop();
    this.#caches.clear();
  }
}
