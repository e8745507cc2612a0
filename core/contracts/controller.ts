// Controller: keys in, world made right. It says which changes concern which keys; the runner (core/control) collects
// keys in a de-duplicating queue and calls `reconcile` for each, with back-off when it fails.
//
//   sources: (informers) => [
//     from(informers.of(ReplicaSets), itself),
//     from(informers.of(Pods), itsController('ReplicaSet')),
//   ]
//   reconcile: read the world from the informers' caches, compare, act through the client, be safe to run again
//
// Always true: one key is never reconciled twice at the same time; a change during it makes it run once more.

import type { Observable } from 'rxjs';
import { contribution } from '../cluster/token.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';

/** One change as a cache tells it. `previous` is what it was: a relabelled pod must wake its former owner too. */
export type Change<T extends KubeObject = KubeObject> =
  | { readonly type: 'apply'; readonly object: T; readonly previous: T | undefined }
  | { readonly type: 'delete'; readonly object: T; readonly previous: T };

/** Gives the value that an object is filed under: `(pod) => [pod.spec.nodeName ?? '']`. */
export type Indexer<T extends KubeObject> = { of(object: T): readonly string[] }['of'];

export interface InformerOptions<T extends KubeObject> {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly indexes?: Readonly<Record<string, Indexer<T>>>;
}

/** A cache of one kind, kept up to date by a watch, and the stream of its changes. Read-only: objects are shared. */
export interface Informer<T extends KubeObject = KubeObject> {
  /** By key (`namespace/name`). */
  get(key: string): T | undefined;
  all(): readonly T[];
  inNamespace(namespace: string): readonly T[];
  /** Objects that the named index files under the value. */
  by(index: string, value: string): readonly T[];
  /** Adds an index; the same name again is the same index. */
  index(name: string, indexer: Indexer<T>): void;
  /** Changes from now on, after the cache shows them. Begins with what there is, as `apply`. */
  readonly changes: Observable<Change<T>>;
  /** True once the first list has arrived. */
  readonly synced: boolean;
  whenSynced(signal?: AbortSignal): Promise<void>;
}

/** The informers of a component: asking twice for the same gives the same, shared one. */
export interface Informers {
  of<T extends KubeObject>(resource: ResourceHandle<T>, options?: InformerOptions<T>): Informer<T>;
}

/** Turns changes of one kind into the keys to look at. */
export interface Source {
  readonly informer: Informer;
  keys(change: Change): Iterable<string>;
}

/** Done; or look again after so many milliseconds. */
export type Result = { readonly requeueAfter?: number };

export const done: Result = {};
export const again = (afterMilliseconds: number): Result => ({ requeueAfter: afterMilliseconds });

export interface Controller {
  /** `replicaset`, `endpoints`: for messages, events and the component's name. */
  readonly name: string;
  /** Called once, before the first reconcile; all informers asked for here are synced before it. */
  sources(informers: Informers): readonly Source[];
  /** How many keys may be handled at the same time (each by one). 1 unless told. */
  readonly workers?: number;
  /** An ApiError thrown is retried with back-off; any other exception is a bug: it is shown as one, and retried too. */
  reconcile(key: string, signal: AbortSignal): Promise<Result>;
  /** Called once when the controller ends. */
  stop?(): void | Promise<void>;
}
export const Controller = contribution<Controller>('Controller');
