// Watch: a client's stream of changes of one kind. The watch cache offers events by plain callbacks; here they become an
// Observable that begins where the client wants:
//   no resourceVersion    what there is now, as ADDED, then changes
//   '0'                   what the cache has, as ADDED, then changes
//   N                     changes after N: from the cache's ring, or from the store when N is older than the ring
// Always true: no change is left out, none comes twice, and what comes is in the store's order. A watch that cannot go on
//   from N (compacted) ends in 410 Expired, and the client lists again.

import { Observable, type Subscriber } from 'rxjs';
import type { ApiEvent, WatchOptions } from '../contracts/api-client.ts';
import type { Caller, Target } from '../contracts/api-server.ts';
import type { Cancel } from '../contracts/clock.ts';
import { Compacted, type Revision } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import { apiVersionOf } from '../model/resource.ts';
import { type ApiError, expired } from '../model/status.ts';
import { nextTurn } from '../time/turn.ts';
import { authorizeVerb } from './authorize.ts';
import { CacheEvent } from './cache-event.ts';
import { prefixOf } from './keys.ts';
import type { Machinery } from './machinery.ts';
import { latest, waitFor } from './read.ts';
import { parseRevision } from './revision.ts';
import { compileSelection, type Selection } from './selection.ts';
import { asApiError } from './store-errors.ts';
import type { CacheWatcher, WatchCache } from './watch-cache.ts';

/** How often a watcher that asked for bookmarks gets one, in milliseconds. */
const bookmarkEvery = 60_000;

/** After so many objects of what there is, whoever sends them on over a wire gets a turn to do so. */
const chunk = 500;

export function watch(
  api: Machinery,
  caller: Caller,
  target: Target,
  options: WatchOptions = {},
): Observable<ApiEvent> {
  return new Observable((subscriber) => {
    const session = new WatchSession(api, caller, target, options, subscriber);
    authorizeVerb(api, caller, 'watch', target, options.fieldSelector)
      .then(() => session.begin())
      .catch((error) => session.end(error));
    return () => session.close();
  });
}

/** One subscription. */
class WatchSession implements CacheWatcher {
  readonly #api: Machinery;
  readonly #caller: Caller;
  readonly #target: Target;
  readonly #options: WatchOptions;
  readonly #subscriber: Subscriber<ApiEvent>;
  #selection: Selection | undefined;
  #cache: WatchCache | undefined;
  /** Everything of this watch up to here has been told. */
  #seen: Revision = 0;
  readonly #endings: Cancel[] = [];

  constructor(api: Machinery, caller: Caller, target: Target, options: WatchOptions, subscriber: Subscriber<ApiEvent>) {
    this.#api = api;
    this.#caller = caller;
    this.#target = target;
    this.#options = options;
    this.#subscriber = subscriber;
  }

  get selection(): Selection {
    this.#selection ??= compileSelection(this.#target.resource, this.#target.namespace, this.#options);
    return this.#selection;
  }

  async begin(): Promise<void> {
    const { resource } = this.#target;
    const from = parseRevision(this.#options.resourceVersion);
    const withState = !from || this.#options.sendInitialEvents === true;
    void this.selection;
    this.#endInTime();
    const cache = await this.#api.caches.of(resource);
    this.#cache = cache;
    // In real Kubernetes such a watch waits without a word. Here a store may have begun again from nothing: then whoever comes
    // back from before must list anew.
    if (!withState && from && from > cache.revision) await waitFor(this.#api, from);
    this.#seen = withState ? await this.#tellState(cache, from) : (from ?? 0);
    await this.#catchUp(cache);
    if (this.#subscriber.closed) return;
    this.#endings.push(cache.join(this, this.#seen) ?? this.#followStore());
    this.#sendBookmarks();
  }

  offer(event: CacheEvent): void {
    if (event.revision <= this.#seen) return;
    this.#seen = event.revision;
    const told = event.for(this.selection);
    if (told) this.#subscriber.next(told);
  }

  end(error?: unknown): void {
    if (error === undefined) this.#subscriber.complete();
    else this.#subscriber.error(endOf(error));
  }

  close(): void {
    for (const end of this.#endings.splice(0)) end();
  }

  /** What there is, as ADDED; gives the revision that it shows. */
  async #tellState(cache: WatchCache, from: Revision | undefined): Promise<Revision> {
    const { resource, namespace } = this.#target;
    let revision = cache.revision;
    let objects: Iterable<KubeObject>;
    if (from === 0 || (from !== undefined && from <= revision)) {
      objects = cache.sorted(prefixOf(resource, namespace)).filter((object) => this.selection.matches(object));
    } else {
      const list = await latest(this.#api, this.#target, this.selection);
      objects = list.items;
      revision = Number(list.metadata.resourceVersion);
    }
    let told = 0;
    for (const object of objects) {
      const room = this.#caller.room?.();
      if (room) await room;
      if (this.#subscriber.closed) break;
      this.#subscriber.next({ type: 'ADDED', object });
      told += 1;
      if (told % chunk === 0) await this.#api.clock.hold(nextTurn());
    }
    if (this.#options.sendInitialEvents && this.#options.allowWatchBookmarks) {
      this.#bookmark(revision, { 'k8s.io/initial-events-end': 'true' });
    }
    return revision;
  }

  /** What the ring has, no faster than the caller takes it; there is nothing to wait for where nobody asks to. */
  async #catchUp(cache: WatchCache): Promise<void> {
    if (!this.#caller.room) return;
    for (let missed = cache.since(this.#seen); missed?.length; missed = cache.since(this.#seen)) {
      for (const event of missed) {
        const room = this.#caller.room();
        if (room) await room;
        if (this.#subscriber.closed) return;
        this.offer(event);
      }
    }
  }

  /** The client comes from before the ring: the store still has the history. */
  #followStore(): () => void {
    const prefix = prefixOf(this.#target.resource);
    const subscription = this.#api.store.watch(prefix, { after: this.#seen }).subscribe({
      next: (event) => {
        if (event.type !== 'progress') this.offer(CacheEvent.from(event));
      },
      error: (error) => this.end(error),
      complete: () => this.end(),
    });
    return () => subscription.unsubscribe();
  }

  /** A watch's time counts from its beginning, the telling of what there is included. */
  #endInTime(): void {
    const { timeoutSeconds } = this.#options;
    if (timeoutSeconds && !this.#subscriber.closed)
      this.#endings.push(this.#api.clock.schedule(timeoutSeconds * 1000, () => this.end()));
  }

  #sendBookmarks(): void {
    const { clock } = this.#api;
    if (this.#subscriber.closed) return this.close();
    if (!this.#options.allowWatchBookmarks) return;
    const tick = () => {
      cancel = clock.schedule(bookmarkEvery, tick);
      this.#bookmark(Math.max(this.#seen, this.#cache?.revision ?? 0));
    };
    let cancel = clock.schedule(bookmarkEvery, tick);
    this.#endings.push(() => cancel());
  }

  #bookmark(revision: Revision, annotations?: Readonly<Record<string, string>>): void {
    const { resource } = this.#target;
    const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
    const object = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata } as KubeObject;
    this.#subscriber.next({ type: 'BOOKMARK', object });
  }
}

const endOf = (error: unknown): ApiError =>
  error instanceof Compacted
    ? expired(`too old resource version: ${error.requested} (${error.oldest})`)
    : asApiError(error);
