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
import type { KubeObject, ObjectMeta } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { deepFreeze } from './deep-freeze.ts';

export interface Call {
  /** As the client's method; `status update` for another door. */
  readonly verb: string;
  readonly resource: ResourceHandle;
  readonly isWrite: boolean;
  /** Undefined where the call names none: all namespaces, or a kind without. */
  readonly namespace?: string;
  /** Of the object; undefined of lists and watches, and where the server makes the name. */
  readonly name?: string;
  /** Of a watch: where it begins. */
  readonly resourceVersion?: string;
}

const writes = new Set(['create', 'update', 'patch', 'delete', 'deleteCollection', 'post']);

export class FaultyClient implements ApiClient {
  /** Called (and waited for, except by watches) before a call is made; throws what the call shall fail with. */
  before: (call: Call) => void | Promise<void> = () => {};
  /** Called when the call was made and succeeded; what it throws takes the answer's place (it was lost on the way). */
  after: (call: Call, answer: unknown) => void = () => {};
  /** Called when the call was made and refused. */
  failed: (call: Call, error: unknown) => void = () => {};
  /** Milliseconds by which watch events come late: caches that follow them are stale by so much. */
  lateness = 0;
  readonly #client: ApiClient;
  readonly #clock: Pick<Clock, 'schedule' | 'now'>;
  readonly #watchers = new Set<Subscriber<ApiEvent>>();

  constructor(client: ApiClient, clock: Pick<Clock, 'schedule' | 'now'>) {
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

  #wrap<T extends KubeObject>(
    client: ResourceClient<T>,
    resource: ResourceHandle,
    namespace?: string,
  ): ResourceClient<T> {
    const call = <R>(verb: string, name: string | undefined, work: () => Promise<R>, place = namespace) =>
      this.#call(verb, resource, { namespace: place, name }, work);
    const of = (verb: string, { metadata }: { readonly metadata: Partial<ObjectMeta> }, work: () => Promise<T>) =>
      call(verb, metadata.name, work, namespace ?? metadata.namespace);
    const door = <S extends KubeObject>(verb: string, inner: SubresourceClient<S>): SubresourceClient<S> => ({
      get: (name, ...rest) => call(`${verb} get`, name, () => inner.get(name, ...rest)),
      update: (object, ...rest) => call(`${verb} update`, object.metadata.name, () => inner.update(object, ...rest)),
      patch: (name, ...rest) => call(`${verb} patch`, name, () => inner.patch(name, ...rest)),
    });
    return {
      in: (inner) => this.#wrap(client.in(inner), resource, inner),
      get: (name, ...rest) => call('get', name, () => client.get(name, ...rest)),
      list: (...args) => call('list', undefined, () => client.list(...args)),
      watch: (options) => this.#watch(resource, client.watch(options), options?.resourceVersion),
      create: (object, ...rest) => of('create', object, () => client.create(object, ...rest)),
      update: (object, ...rest) => of('update', object, () => client.update(object, ...rest)),
      patch: (name, ...rest) => call('patch', name, () => client.patch(name, ...rest)),
      delete: (name, ...rest) => call('delete', name, () => client.delete(name, ...rest)),
      deleteCollection: (...args) => call('deleteCollection', undefined, () => client.deleteCollection(...args)),
      status: door('status', client.status),
      subresource: (name) => door(name, client.subresource(name)),
      post: (name, subresource, ...rest) =>
        call(`${subresource} post`, name, () => client.post(name, subresource, ...rest)),
    };
  }

  async #call<R>(
    verb: string,
    resource: ResourceHandle,
    { namespace, name }: { readonly namespace: string | undefined; readonly name: string | undefined },
    work: () => Promise<R>,
  ): Promise<R> {
    const call: Call = {
      verb,
      resource,
      isWrite: writes.has(verb.split(' ').at(-1) ?? ''),
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
    };
    await this.before(call);
    let answer: R;
    try {
      answer = await work();
    } catch (error) {
      this.failed(call, error);
      throw error;
    }
    this.after(call, answer);
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
      let due = 0;
      let late = 0;
      const deliver = (event: ApiEvent<T>) => {
        if (this.lateness === 0 && late === 0) return subscriber.next(event);
        // Never before one that came earlier, whatever the lateness is by now: a watch keeps its order.
        const now = this.#clock.now();
        due = Math.max(due, now + this.lateness);
        late += 1;
        const arrive = () => {
          late -= 1;
          subscriber.next(event);
        };
        subscriber.add(this.#clock.schedule(due - now, arrive));
      };
      this.#watchers.add(mine);
      subscriber.add(() => this.#watchers.delete(mine));
      return source.subscribe({
        next: (event) => deliver(deepFreeze(event)),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
  }
}
