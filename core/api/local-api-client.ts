// LocalApiClient: an ApiClient in the same process as the API server. Objects pass by reference; nothing is encoded.

import type { Observable } from 'rxjs';
import type {
  ApiClient,
  ApiEvent,
  DeleteOptions,
  GetOptions,
  ListOptions,
  PatchOptions,
  ResourceClient,
  SubresourceClient,
  UserInfo,
  WatchOptions,
  WriteOptions,
} from '../contracts/api-client.ts';
import type { ApiServer, Caller, NamedTarget, Target } from '../contracts/api-server.ts';
import type { Draft, KubeList, KubeObject, ObjectMeta } from '../model/meta.ts';
import { apiVersionOf, type Resource, type ResourceHandle } from '../model/resource.ts';
import { ApiError, type Status } from '../model/status.ts';
import { withoutStoreErrors } from './store-errors.ts';

export class LocalApiClient implements ApiClient {
  readonly user: UserInfo;
  readonly #api: ApiServer;
  readonly #caller: Caller;

  /**
   * @param user whoever the client speaks for; it is believed.
   * @param userAgent which program that is, for the audit
   */
  constructor(api: ApiServer, user: UserInfo, userAgent?: string) {
    this.#api = api;
    this.user = user;
    this.#caller = { user, userAgent };
  }

  of<T extends KubeObject>(handle: ResourceHandle<T>): ResourceClient<T> {
    const { group, version, plural } = handle;
    const resource = this.#api.resources.byPlural(group, version, plural);
    return new LocalResourceClient<T>(this.#api, this.#caller, resource ?? handle, undefined);
  }
}

class LocalResourceClient<T extends KubeObject> implements ResourceClient<T> {
  readonly #api: ApiServer;
  readonly #caller: Caller;
  readonly #handle: Resource | ResourceHandle;
  readonly #namespace: string | undefined;

  constructor(api: ApiServer, caller: Caller, handle: Resource | ResourceHandle, namespace: string | undefined) {
    this.#api = api;
    this.#caller = caller;
    this.#handle = handle;
    this.#namespace = namespace;
  }

  in(namespace: string): ResourceClient<T> {
    return new LocalResourceClient<T>(this.#api, this.#caller, this.#handle, namespace);
  }

  get(name: string, options?: GetOptions): Promise<T> {
    return asked(options, () => this.#api.get(this.#caller, this.#named(name), options));
  }

  list(options?: ListOptions): Promise<KubeList<T>> {
    return asked(options, () => this.#api.list(this.#caller, this.#target(), options));
  }

  watch(options?: WatchOptions): Observable<ApiEvent<T>> {
    return this.#api.watch(this.#caller, this.#target(), options) as Observable<ApiEvent<T>>;
  }

  create(object: Draft<T>, options?: WriteOptions): Promise<T> {
    const where = () => this.#target(this.#namespace ?? object.metadata.namespace);
    return asked(options, () => this.#api.create(this.#caller, where(), object, options));
  }

  update(object: T, options?: WriteOptions): Promise<T> {
    const target = ({ name, namespace }: ObjectMeta) => this.#named(name, this.#namespace ?? namespace);
    return asked(options, () => this.#api.update(this.#caller, target(object.metadata), object, options));
  }

  patch(name: string, patch: unknown, options: PatchOptions = {}): Promise<T> {
    const request = { ...options, type: options.type ?? 'merge' };
    return asked(options, () => this.#api.patch(this.#caller, this.#named(name), patch, request));
  }

  delete(name: string, options?: DeleteOptions): Promise<T | Status> {
    return asked(options, () => this.#api.delete(this.#caller, this.#named(name), options));
  }

  deleteCollection(options?: DeleteOptions & ListOptions): Promise<void> {
    return asked(options, () => this.#api.deleteCollection(this.#caller, this.#target(), options));
  }

  get status(): SubresourceClient<T> {
    return this.subresource<T>('status');
  }

  subresource<S extends KubeObject>(subresource: string): SubresourceClient<S> {
    const api = this.#api;
    const caller = this.#caller;
    const target = (name: string, namespace?: string): NamedTarget => ({
      subresource,
      ...this.#named(name, this.#namespace ?? namespace),
    });
    return {
      get: (name, options) => asked(options, () => api.get(caller, target(name), options)),
      update: (object, options) =>
        asked(options, () => {
          const { name, namespace } = object.metadata;
          return api.update(caller, target(name, namespace), object, options);
        }),
      patch: (name, patch, options = {}) => {
        const request = { ...options, type: options.type ?? 'merge' };
        return asked(options, () => api.patch(caller, target(name), patch, request));
      },
    };
  }

  post<R = Status>(name: string, subresource: string, body: object, options?: WriteOptions): Promise<R> {
    const target = () => ({ ...this.#named(name), subresource });
    return asked(options, () => this.#api.create(this.#caller, target(), body, options));
  }

  #named(name: string, namespace = this.#namespace): NamedTarget {
    const { resource, namespace: where } = this.#target(namespace);
    return where === undefined ? { resource, name } : { resource, namespace: where, name };
  }

  #target(namespace = this.#namespace): Target {
    const resource = this.#handle;
    if (!('singular' in resource)) {
      const message = `the server could not find the requested resource (${resource.plural}, ${apiVersionOf(resource)})`;
      throw new ApiError(404, 'NotFound', message, {});
    }
    return resource.namespaced && namespace ? { resource, namespace } : { resource };
  }
}

/** The answer to a question, whose type the caller knows. @throws ApiError, also for what the store fails in */
async function asked<R>(
  options: { readonly signal?: AbortSignal } | undefined,
  question: () => Promise<unknown>,
): Promise<R> {
  try {
    return (await during(options, question())) as R;
  } catch (error) {
    throw withoutStoreErrors(error);
  }
}

/** Gives up waiting when the signal is aborted. What the server has begun, it finishes. */
function during<R>(options: { readonly signal?: AbortSignal } | undefined, answer: Promise<R>): Promise<R> {
  const signal = options?.signal;
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
