// What admission plugins look up: objects as they stand in the store.
// In real Kubernetes: admission plugins have informers, which may be a moment behind; hence its retries.

import type { Store } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { keyFor, prefixOf } from './keys.ts';

export class StoredObjects {
  readonly #store: Pick<Store, 'get' | 'list'>;

  constructor(store: Pick<Store, 'get' | 'list'>) {
    this.#store = store;
  }

  async get<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
  ): Promise<T | undefined> {
    const stored = await this.#store.get(keyFor(resource as Resource, namespace, name));
    return stored?.value as T | undefined;
  }

  /** All of a kind, or of one namespace. For kinds of which there are few. */
  async list<T extends KubeObject>(resource: Resource<T>, namespace?: string): Promise<T[]> {
    const { items } = await this.#store.list(prefixOf(resource as Resource, namespace));
    return items.map(({ value }) => value as T);
  }
}
