// Newest: an informer's objects, or what we have written since. Caches lag behind our own writes; who binds a hundred claims
// in a row must know which volumes he has just given away.
//   wrote(object)      the API's answer to a write of ours
//   seen(change)       the informer has caught up: to be called for each of its changes
// In Kubernetes: the persistent volume controller keeps a cache of its own (storeObjectUpdate).

import type { Change, Informer } from '../contracts/controller.ts';
import { type KubeObject, keyOf } from '../model/meta.ts';

export class Newest<T extends KubeObject> {
  readonly #informer: Informer<T>;
  readonly #written = new Map<string, T>();

  constructor(informer: Informer<T>) {
    this.#informer = informer;
  }

  get(key: string): T | undefined {
    return this.#written.get(key) ?? this.#informer.get(key);
  }

  all(): T[] {
    return this.#newest(this.#informer.all());
  }

  /** What the informer's index files there, and all that we have written lately: ask them again for what you need. */
  by(index: string, value: string): T[] {
    return this.#newest(this.#informer.by(index, value));
  }

  wrote(object: T): T {
    const known = this.#informer.get(keyOf(object));
    if (!known || isOlder(known, object)) this.#written.set(keyOf(object), object);
    return object;
  }

  seen({ type, object }: Change<T>): void {
    const key = keyOf(object);
    const own = this.#written.get(key);
    if (own && (type === 'delete' || !isOlder(object, own))) this.#written.delete(key);
  }

  #newest(objects: readonly T[]): T[] {
    if (this.#written.size === 0) return [...objects];
    const found = new Map([...objects].map((object) => [keyOf(object), object]));
    for (const [key, object] of this.#written) found.set(key, object);
    return [...found.values()];
  }
}

/** Revisions of one server are numbers that grow. */
export const isOlder = ({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean =>
  Number(a.resourceVersion) < Number(b.resourceVersion);
