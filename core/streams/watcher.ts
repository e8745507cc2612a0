// watcher: one kind's objects as a stream that never fails. It lists, then watches, and mends what breaks.
//
//   watcher(client, Pods, { namespace: 'default' }, clock, random).subscribe((event) => ...)
//
//   init              a list begins; whatever is not named before `initDone` is gone
//   initApply pod     one object of the list
//   initDone          the list is complete
//   apply pod         created or changed since, with what it was before
//   delete pod        gone, with what it was before
//
// The words are those of kube-rs; the recovery is that of client-go's reflector:
//   the server ends the watch        resume after the last revision seen (bookmarks keep that fresh)
//   410, the revision is compacted   list again
//   out of reach, overloaded         wait 0.8 s, 1.6 s, ... 30 s (and a little by chance), then resume
//   anything else                    wait, then list again
// Always true: no error and no completion reaches a subscriber; after unsubscribing no call, watch or timer is left.

import { Observable } from 'rxjs';
import type { ApiClient, ApiEvent, ResourceClient, Selection } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import { type KubeObject, keyOf } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { ApiError } from '../model/status.ts';
import { BackOff } from './back-off.ts';

export type WatcherEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'init' }
  | { readonly type: 'initApply'; readonly object: T }
  | { readonly type: 'initDone' }
  | { readonly type: 'apply'; readonly object: T; readonly previous: T | undefined }
  | { readonly type: 'delete'; readonly object: T; readonly previous: T };

export interface WatcherOptions<T extends KubeObject> extends Selection {
  /** All namespaces unless told. */
  readonly namespace?: string;
  /** Where `previous` is looked up by key. A cache that follows this watcher lends its own, so that nothing is kept twice. */
  readonly known?: { get(key: string): T | undefined };
  /** Told of each failure that the watcher is about to mend. For logs. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Objects a page of the list. */
const pageSize = 500;
/** A watch that ends sooner than this, with nothing to show, counts as a failure. Milliseconds. */
const shortestWatch = 1000;
/** A watch that lasted so long was good; failures before it no longer count. Milliseconds. */
const longWatch = 120_000;

/** What to do after a failure: go on after the last revision seen, or list again; at once, or after a wait. */
type Recovery = 'resume' | 'relist' | 'relist at once';

export function watcher<T extends KubeObject>(
  client: ApiClient,
  resource: ResourceHandle<T>,
  options: WatcherOptions<T>,
  clock: Clock,
  random: Random,
): Observable<WatcherEvent<T>> {
  return new Observable((subscriber) => {
    const all = client.of(resource);
    const door = options.namespace === undefined ? all : all.in(options.namespace);
    const ending = new AbortController();
    const emit = (event: WatcherEvent<T>) => subscriber.next(event);
    const run = new Run(door, options, clock, random, emit, ending.signal);
    void run.forEver();
    return () => ending.abort();
  });
}

/** One subscription: where it stands, and the loop that keeps it going. */
class Run<T extends KubeObject> {
  readonly #door: ResourceClient<T>;
  readonly #options: WatcherOptions<T>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #backOff: BackOff;
  readonly #emit: (event: WatcherEvent<T>) => void;
  readonly #signal: AbortSignal;
  readonly #selection: Selection;
  /** Own memory of what there is; used only when nobody lends one. */
  #own = new Map<string, T>();
  /** Revision to resume after; undefined: list first. */
  #revision: string | undefined;
  /** Only the very first list may come from the server's cache; later ones must not go back in time. */
  #mayUseCache = true;

  constructor(
    door: ResourceClient<T>,
    options: WatcherOptions<T>,
    clock: Clock,
    random: Random,
    emit: (event: WatcherEvent<T>) => void,
    signal: AbortSignal,
  ) {
    this.#door = door;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#backOff = new BackOff(random);
    this.#emit = emit;
    this.#signal = signal;
    this.#selection = {
      ...(options.labelSelector !== undefined && { labelSelector: options.labelSelector }),
      ...(options.fieldSelector !== undefined && { fieldSelector: options.fieldSelector }),
    };
  }

  async forEver(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        this.#revision ??= await this.#list();
        await this.#watch(this.#revision);
      } catch (error) {
        if (!this.#signal.aborted) await this.#recover(error);
      }
    }
  }

  /** Gives the revision that the list shows. */
  async #list(): Promise<string> {
    const fresh = new Map<string, T>();
    const fromCache = this.#mayUseCache;
    this.#mayUseCache = false;
    this.#emit({ type: 'init' });
    let token: string | undefined;
    for (;;) {
      const page = await this.#door.list({
        ...this.#selection,
        limit: pageSize,
        signal: this.#signal,
        ...(token !== undefined ? { continue: token } : fromCache && { resourceVersion: '0' }),
      });
      if (this.#signal.aborted) throw this.#signal.reason;
      for (const object of page.items) {
        if (!this.#options.known) fresh.set(keyOf(object), object);
        this.#emit({ type: 'initApply', object });
      }
      token = page.metadata.continue;
      if (!token) {
        this.#own = fresh;
        this.#emit({ type: 'initDone' });
        return page.metadata.resourceVersion;
      }
    }
  }

  /** Comes back when the server ends the watch in good order; throws what it ends in otherwise. */
  async #watch(resourceVersion: string): Promise<void> {
    const begun = this.#clock.now();
    let events = 0;
    let release = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        const watch = this.#door
          .watch({
            ...this.#selection,
            resourceVersion,
            allowWatchBookmarks: true,
            // Spread between 5 and 10 minutes, so that thousands of watches do not come back together.
            timeoutSeconds: Math.floor(300 * (1 + this.#random.next())),
          })
          .subscribe({
            next: (event) => {
              events += 1;
              this.#take(event);
            },
            error: reject,
            complete: resolve,
          });
        release = onAbort(this.#signal, () => {
          watch.unsubscribe();
          resolve();
        });
      });
    } finally {
      release();
      if (this.#clock.now() - begun >= longWatch) this.#backOff.reset();
    }
    if (events === 0 && this.#clock.now() - begun < shortestWatch && !this.#signal.aborted) {
      throw new Error('the watch ended within a second and showed nothing');
    }
  }

  #take(event: ApiEvent<T>): void {
    this.#revision = event.object.metadata.resourceVersion;
    this.#backOff.reset();
    if (event.type === 'DELETED') this.#gone(event.object);
    else if (event.type !== 'BOOKMARK') this.#there(event.object);
  }

  #there(object: T): void {
    const key = keyOf(object);
    const previous = this.#known.get(key);
    if (!this.#options.known) this.#own.set(key, object);
    this.#emit({ type: 'apply', object, previous });
  }

  #gone(object: T): void {
    const key = keyOf(object);
    const previous = this.#known.get(key) ?? object;
    this.#own.delete(key);
    this.#emit({ type: 'delete', object, previous });
  }

  get #known(): { get(key: string): T | undefined } {
    return this.#options.known ?? this.#own;
  }

  async #recover(error: unknown): Promise<void> {
    const recovery = recoveryFrom(error);
    this.#options.onTrouble?.(error);
    if (recovery !== 'resume') this.#revision = undefined;
    if (recovery === 'relist at once' && this.#backOff.failures === 0) {
      this.#backOff.next();
      return;
    }
    await this.#clock.sleep(this.#backOff.next(), this.#signal).catch(() => {});
  }
}

function recoveryFrom(error: unknown): Recovery {
  // Not an answer of the server: it could not be reached, or the connection broke.
  if (!(error instanceof ApiError)) return 'resume';
  if (error.code === 410) return 'relist at once';
  return error.code === 429 || error.code === 500 || error.code === 503 ? 'resume' : 'relist';
}

/** Calls `work` when the signal is aborted, at once if it is already; gives back how to forget about it. */
function onAbort(signal: AbortSignal, work: () => void): () => void {
  if (signal.aborted) work();
  else signal.addEventListener('abort', work, { once: true });
  return () => signal.removeEventListener('abort', work);
}
