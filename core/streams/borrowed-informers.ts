// BorrowedInformers: the informers of one component out of those that several share, as the controllers of Kubernetes'
// controller manager do: ten controllers that look at pods cost one watch and one cache.
//
//   const informers = new BorrowedInformers(shared, 'deployment');
//   informers.of(Pods, { indexes: { owner } });
//   informers.stop();                  its own subscribers are completed; the others' go on
//
// Always true: the names of indexes are the borrower's own: two may call different indexes by the same name.

import { Observable, type Subscriber } from 'rxjs';
import type { Change, Indexer, Informer, InformerOptions, Informers } from '../contracts/controller.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';

export class BorrowedInformers implements Informers {
  readonly #shared: Informers;
  readonly #borrower: string;
  readonly #borrowed = new Map<Informer, BorrowedInformer<KubeObject>>();
  #stopped = false;

  constructor(shared: Informers, borrower: string) {
    this.#shared = shared;
    this.#borrower = borrower;
  }

  of<T extends KubeObject>(resource: ResourceHandle<T>, options: InformerOptions<T> = {}): Informer<T> {
    if (this.#stopped) throw new Error(`the informers are stopped; nothing watches ${resource.plural} any more`);
    const { indexes = {}, ...selection } = options;
    const lent = this.#shared.of(resource, selection) as unknown as Informer;
    const there = this.#borrowed.get(lent) ?? new BorrowedInformer(lent, this.#borrower);
    this.#borrowed.set(lent, there);
    const informer = there as unknown as Informer<T>;
    for (const [name, indexer] of Object.entries(indexes)) informer.index(name, indexer as Indexer<T>);
    return informer;
  }

  /** Completes its subscribers. Doing it twice is doing it once. */
  stop(): void {
    this.#stopped = true;
    for (const informer of this.#borrowed.values()) informer.stop();
  }
}

class BorrowedInformer<T extends KubeObject> implements Informer<T> {
  readonly changes: Observable<Change<T>>;
  readonly #lent: Informer<T>;
  readonly #borrower: string;
  /** The borrower's name of an index -> the lender's. */
  readonly #names = new Map<string, string>();
  readonly #subscribers = new Set<Subscriber<Change<T>>>();

  constructor(lent: Informer<T>, borrower: string) {
    this.#lent = lent;
    this.#borrower = borrower;
    this.changes = new Observable((subscriber) => {
      this.#subscribers.add(subscriber);
      // The subscriber itself, so that a change takes no step more.
      const subscription = lent.changes.subscribe(subscriber);
      return () => {
        this.#subscribers.delete(subscriber);
        subscription.unsubscribe();
      };
    });
  }

  stop(): void {
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
  }

  get(key: string): T | undefined {
    return this.#lent.get(key);
  }

  all(): readonly T[] {
    return this.#lent.all();
  }

  inNamespace(namespace: string): readonly T[] {
    return this.#lent.inNamespace(namespace);
  }

  by(index: string, value: string): readonly T[] {
    const name = this.#names.get(index);
    if (name !== undefined) return this.#lent.by(name, value);
    const names = [...this.#names.keys()].join(', ') || 'none';
    throw new Error(`there is no index "${index}" (there are: ${names}); add it with index("${index}", ...) first`);
  }

  index(name: string, indexer: Indexer<T>): void {
    if (this.#names.has(name)) return;
    const lenders = `${this.#borrower}: ${name}`;
    this.#names.set(name, lenders);
    this.#lent.index(lenders, indexer);
  }

  get synced(): boolean {
    return this.#lent.synced;
  }

  whenSynced(signal?: AbortSignal): Promise<void> {
    return this.#lent.whenSynced(signal);
  }
}
