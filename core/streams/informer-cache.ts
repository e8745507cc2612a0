// InformerCache: one kind's objects, always at hand, and the stream of what changes among them.
//
//   const pods = new InformerCache(client, Pods, {}, clock, random);
//   pods.start();  await pods.whenSynced();
//   pods.get('default/web');  pods.changes.subscribe(...)
//
// Always true: a change reaches subscribers after the cache shows it; all subscribers see all changes in one order, even
// when one of them subscribes, unsubscribes or writes in its callback; a late subscriber first gets what there is.

import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Change, Indexer, Informer, InformerOptions } from '../contracts/controller.ts';
import type { Random } from '../contracts/random.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { ObjectCache } from './object-cache.ts';
import { reflect } from './reflect.ts';
import { type WatcherEvent, watcher } from './watcher.ts';

/** A subscriber, and the number of the last change that it already knows from the cache. */
interface Listener<T extends KubeObject> {
  readonly subscriber: Subscriber<Change<T>>;
  readonly knows: number;
}

export class InformerCache<T extends KubeObject> implements Informer<T> {
  readonly changes: Observable<Change<T>>;
  readonly #cache = new ObjectCache<T>();
  readonly #events: Observable<WatcherEvent<T>>;
  readonly #listeners = new Set<Listener<T>>();
  /** Changes that the cache shows already, from `#next` on not delivered yet. */
  #queue: { readonly change: Change<T>; readonly number: number }[] = [];
  #next = 0;
  /** Counts changes. */
  #number = 0;
  #draining = false;
  #watching: Subscription | undefined;
  #synced = false;
  #stopped = false;
  #waiting: (() => void)[] = [];

  constructor(
    client: ApiClient,
    resource: ResourceHandle<T>,
    options: InformerOptions<T> & { readonly onTrouble?: (error: unknown) => void },
    clock: Clock,
    random: Random,
  ) {
    const { indexes = {}, ...selection } = options;
    for (const [name, indexer] of Object.entries(indexes)) this.index(name, indexer);
    this.#events = watcher(client, resource, { ...selection, known: this.#cache }, clock, random);
    this.changes = new Observable((subscriber) => this.#listen(subscriber));
  }

  /** Begins to watch. Doing it twice is doing it once. */
  start(): void {
    if (this.#stopped) return;
    this.#watching ??= this.#events
      .pipe(reflect(this.#cache, { listed: () => this.#setSynced() }))
      .subscribe((change) => {
        this.#number += 1;
        this.#queue.push({ change, number: this.#number });
        this.#drain();
      });
  }

  /** Ends the watch; the cache stays as it is. Subscribers are completed. */
  stop(): void {
    this.#watching?.unsubscribe();
    this.#stopped = true;
    for (const { subscriber } of [...this.#listeners]) subscriber.complete();
    this.#listeners.clear();
  }

  get(key: string): T | undefined {
    return this.#cache.get(key);
  }

  all(): readonly T[] {
    return this.#cache.all();
  }

  inNamespace(namespace: string): readonly T[] {
    return this.#cache.inNamespace(namespace);
  }

  by(index: string, value: string): readonly T[] {
    return this.#cache.by(index, value);
  }

  index(name: string, indexer: Indexer<T>): void {
    this.#cache.index(name, indexer);
  }

  get synced(): boolean {
    return this.#synced;
  }

  whenSynced(signal?: AbortSignal): Promise<void> {
    if (this.#synced) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const give = () => reject(signal?.reason);
      signal?.addEventListener('abort', give, { once: true });
      this.#waiting.push(() => {
        signal?.removeEventListener('abort', give);
        resolve();
      });
    });
  }

  #setSynced(): void {
    this.#synced = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #listen(subscriber: Subscriber<Change<T>>): () => void {
    const listener: Listener<T> = { subscriber, knows: this.#number };
    const present = this.#cache.all();
    // Listed before it is told what there is: what changes meanwhile comes after that, from the queue.
    this.#listeners.add(listener);
    const wasDraining = this.#draining;
    this.#draining = true;
    for (const object of present) subscriber.next({ type: 'apply', object, previous: undefined });
    this.#draining = wasDraining;
    this.#drain();
    if (this.#stopped) subscriber.complete();
    return () => this.#listeners.delete(listener);
  }

  /** The one place where changes are handed out, one after the other, each to all. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (; this.#next < this.#queue.length; this.#next += 1) {
        const { change, number } = this.#queue[this.#next]!;
        for (const { subscriber, knows } of this.#listeners) if (knows < number) subscriber.next(change);
      }
      this.#queue = [];
      this.#next = 0;
    } finally {
      this.#draining = false;
    }
  }
}
