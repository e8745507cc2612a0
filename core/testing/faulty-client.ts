// FaultyClient: an ApiClient whose calls fail when a test says so, and which keeps account of what is open.
//
//   const client = new FaultyClient(new LocalApiClient(api, user), clock);
//   client.before = ({ verb }) => { if (verb === 'update') throw conflict(Pods, 'web'); };
//   client.cutWatches(expired('too old'));
//
// Always true: what it hands out is deeply frozen, so that whoever changes a shared object fails at that line.

import { Observable, type Subscriber } from 'rxjs';
import type { ApiClient, ApiEvent, ResourceClient, SubresourceClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { deepFreeze } from './deep-freeze.ts';

export interface Call {
  /** As the client's method; `status update` for another door. */
  readonly verb: string;
  readonly resource: ResourceHandle;
  readonly isWrite: boolean;
  /** Of a watch: where it begins. */
  readonly resourceVersion?: string;
}

const writes = new Set(['create', 'update', 'patch', 'delete', 'deleteCollection', 'post']);

export class FaultyClient implements ApiClient {
  /** Called (and waited for, except by watches) before a call is made; throws what the call shall fail with. */
  before: (call: Call) => void | Promise<void> = () => {};
  /** Called when the call was made and succeeded; what it throws takes the answer's place (it was lost on the way). */
  after: (call: Call) => void = () => {};
  /** Milliseconds by which watch events come late: caches that follow them are stale by so much. */
  lateness = 0;
  readonly #client: ApiClient;
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #watchers = new Set<Subscriber<ApiEvent>>();

  constructor(client: ApiClient, clock: Pick<Clock, 'schedule'>) {
    this.#client = client;
    this.#clock = clock;
  }

  get user() {
    return this.#client.user;
  }

  get openWatches(): number {
    return this.#watchers.size;
  }

  /** Ends all watches that are open: with the error, or (without) in good order. */
  cutWatches(error?: unknown): void {
    for (const watcher of [...this.#watchers]) {
      if (error === undefined) watcher.complete();
      else watcher.error(error);
    }
  }

  of<T extends KubeObject>(resource: ResourceHandle<T>): ResourceClient<T> {
    return this.#wrap(this.#client.of(resource), resource as ResourceHandle);
  }

  #wrap<T extends KubeObject>(client: ResourceClient<T>, resource: ResourceHandle): ResourceClient<T> {
    const call = <R>(verb: string, work: () => Promise<R>) => this.#call(verb, resource, work);
    const door = <S extends KubeObject>(name: string, inner: SubresourceClient<S>): SubresourceClient<S> => ({
      get: (...args) => call(`${name} get`, () => inner.get(...args)),
      update: (...args) => call(`${name} update`, () => inner.update(...args)),
      patch: (...args) => call(`${name} patch`, () => inner.patch(...args)),
    });
    return {
      in: (namespace) => this.#wrap(client.in(namespace), resource),
      get: (...args) => call('get', () => client.get(...args)),
      list: (...args) => call('list', () => client.list(...args)),
      watch: (options) => this.#watch(resource, client.watch(options), options?.resourceVersion),
      create: (...args) => call('create', () => client.create(...args)),
      update: (...args) => call('update', () => client.update(...args)),
      patch: (...args) => call('patch', () => client.patch(...args)),
      delete: (...args) => call('delete', () => client.delete(...args)),
      deleteCollection: (...args) => call('deleteCollection', () => client.deleteCollection(...args)),
      status: door('status', client.status),
      subresource: (name) => door(name, client.subresource(name)),
      post: (...args) => call('post', () => client.post(...args)),
    };
  }

  async #call<R>(verb: string, resource: ResourceHandle, work: () => Promise<R>): Promise<R> {
    const call = { verb, resource, isWrite: writes.has(verb.split(' ').at(-1) ?? '') };
    await this.before(call);
    const answer = await work();
    this.after(call);
    return deepFreeze(answer);
  }

  #watch<T extends KubeObject>(
    resource: ResourceHandle,
    source: Observable<ApiEvent<T>>,
    resourceVersion: string | undefined,
  ): Observable<ApiEvent<T>> {
    return new Observable((subscriber) => {
      const mine = subscriber as unknown as Subscriber<ApiEvent>;
      const call = {
        verb: 'watch',
        resource,
        isWrite: false,
        ...(resourceVersion !== undefined && { resourceVersion }),
      };
      try {
        void this.before(call);
      } catch (error) {
        subscriber.error(error);
        return undefined;
      }
      this.#watchers.add(mine);
      subscriber.add(() => this.#watchers.delete(mine));
      return source.subscribe({
        next: (event) => this.#deliver(subscriber, deepFreeze(event)),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
  }

  #deliver<T extends KubeObject>(subscriber: Subscriber<ApiEvent<T>>, event: ApiEvent<T>): void {
    if (this.lateness === 0) return subscriber.next(event);
    subscriber.add(this.#clock.schedule(this.lateness, () => subscriber.next(event)));
  }
}
