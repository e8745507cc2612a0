// Leader-only client: what a part writes reaches the API only while its process leads. A part that ends because another
// process leads takes a moment to do so, and a node that was cut off does not know yet that it is replaced: two who
// write the same pods would undo each other's work for as long as both go on.

import type { ApiClient, ResourceClient, SubresourceClient } from '../contracts/api-client.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { ApiError } from '../model/status.ts';
import type { Leadership } from './leadership.ts';

export class LeaderOnlyClient implements ApiClient {
  readonly #client: ApiClient;
  readonly #leadership: Pick<Leadership, 'leads'>;

  constructor(client: ApiClient, leadership: Pick<Leadership, 'leads'>) {
    this.#client = client;
    this.#leadership = leadership;
  }

  get user() {
    return this.#client.user;
  }

  of<T extends KubeObject>(resource: ResourceHandle<T>): ResourceClient<T> {
    return this.#guarded(this.#client.of(resource));
  }

  #guarded<T extends KubeObject>(client: ResourceClient<T>): ResourceClient<T> {
    return {
      in: (namespace) => this.#guarded(client.in(namespace)),
      get: (...args) => client.get(...args),
      list: (...args) => client.list(...args),
      watch: (...args) => client.watch(...args),
      create: (...args) => this.#write(() => client.create(...args)),
      update: (...args) => this.#write(() => client.update(...args)),
      patch: (...args) => this.#write(() => client.patch(...args)),
      delete: (...args) => this.#write(() => client.delete(...args)),
      deleteCollection: (...args) => this.#write(() => client.deleteCollection(...args)),
      status: this.#door(client.status),
      subresource: (name) => this.#door(client.subresource(name)),
      post: (...args) => this.#write(() => client.post(...args)),
    };
  }

  #door<T extends KubeObject>(door: SubresourceClient<T>): SubresourceClient<T> {
    return {
      get: (...args) => door.get(...args),
      update: (...args) => this.#write(() => door.update(...args)),
      patch: (...args) => this.#write(() => door.patch(...args)),
    };
  }

  async #write<R>(write: () => Promise<R>): Promise<R> {
    if (this.#leadership.leads) return write();
    throw new ApiError(503, 'ServiceUnavailable', 'nothing is written: this process does not lead');
  }
}
