// HttpApiClient: an ApiClient over HTTPS, to this cluster or to any other Kubernetes. The same words as in process, so a
// component does not know which of the two it holds.
//   const client = new HttpApiClient({ server: face.url, ca: face.certificateAuthority, cert, key });
//   await client.of(Pods).in('default').get('web');
// Always true: only ApiError comes out (503 ServiceUnavailable when the server is not there); `close` leaves no socket.

import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { Observable } from 'rxjs';
import type {
  ApiClient,
  ApiEvent,
  DeleteOptions,
  GetOptions,
  ListOptions,
  PatchOptions,
  PatchType,
  ResourceClient,
  SubresourceClient,
  UserInfo,
  WatchOptions,
  WriteOptions,
} from '../../core/contracts/api-client.ts';
import type { Draft, KubeList, KubeObject } from '../../core/model/meta.ts';
import { apiVersionOf, type ResourceHandle } from '../../core/model/resource.ts';
import { ApiError, type Status } from '../../core/model/status.ts';
import { broken, Connection, type ConnectionOptions } from './connection.ts';

const contentTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export interface HttpApiClientOptions extends ConnectionOptions {
  /** Who the credentials speak for, where that is known. */
  readonly user?: UserInfo;
}

export class HttpApiClient implements ApiClient {
  readonly user: UserInfo | undefined;
  readonly #connection: Connection;

  constructor({ user, ...options }: HttpApiClientOptions) {
    this.user = user;
    this.#connection = new Connection(options);
  }

  of<T extends KubeObject>(resource: ResourceHandle<T>): ResourceClient<T> {
    return new HttpResourceClient<T>(this.#connection, resource, undefined);
  }

  /** Ends watches and gives back all sockets. */
  close(): void {
    this.#connection.close();
  }
}

class HttpResourceClient<T extends KubeObject> implements ResourceClient<T> {
  readonly #connection: Connection;
  readonly #resource: ResourceHandle<T>;
  readonly #namespace: string | undefined;

  constructor(connection: Connection, resource: ResourceHandle<T>, namespace: string | undefined) {
    this.#connection = connection;
    this.#resource = resource;
    this.#namespace = namespace;
  }

  in(namespace: string): ResourceClient<T> {
    return new HttpResourceClient(this.#connection, this.#resource, namespace);
  }

  async get(name: string, { signal, ...options }: GetOptions = {}): Promise<T> {
    return this.#connection.call({ method: 'GET', path: this.#path([name], options), signal });
  }

  async list({ signal, ...options }: ListOptions = {}): Promise<KubeList<T>> {
    const list = await this.#connection.call<KubeList<T>>({ method: 'GET', path: this.#path([], options), signal });
    // Real servers leave apiVersion and kind out of the items of typed lists.
    const type = { apiVersion: apiVersionOf(this.#resource), kind: this.#resource.kind };
    return { ...list, items: (list.items ?? []).map((item) => ('kind' in item ? item : { ...type, ...(item as T) })) };
  }

  watch(options: WatchOptions = {}): Observable<ApiEvent<T>> {
    const path = this.#path([], {
      ...options,
      watch: true,
      ...(options.sendInitialEvents && { resourceVersionMatch: 'NotOlderThan' }),
    });
    return new Observable((subscriber) => {
      const abort = new AbortController();
      this.#connection.open({ method: 'GET', path, signal: abort.signal }).then(
        (response) =>
          eachLine(response, {
            line: (text) => {
              const event = JSON.parse(text) as ApiEvent<T> | { type: 'ERROR'; object: Status };
              if (event.type !== 'ERROR') return subscriber.next(event);
              subscriber.error(ApiError.from(event.object));
              abort.abort();
            },
            end: () => subscriber.complete(),
            error: (error) => subscriber.error(broken(error)),
          }),
        (error) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  }

  async create(object: Draft<T>, { signal, ...options }: WriteOptions = {}): Promise<T> {
    const path = this.#path([], write(options), this.#namespace ?? object.metadata.namespace);
    return this.#connection.call({ method: 'POST', path, body: this.#typed(object), signal });
  }

  async update(object: T, options?: WriteOptions): Promise<T> {
    return this.#put([object.metadata.name], object, options);
  }

  async patch(name: string, patch: unknown, options?: PatchOptions): Promise<T> {
    return this.#patch([name], patch, options);
  }

  async delete(name: string, { signal, ...options }: DeleteOptions = {}): Promise<T | Status> {
    return this.#connection.call({ method: 'DELETE', path: this.#path([name]), body: deletion(options), signal });
  }

  async deleteCollection({ signal, ...options }: DeleteOptions & ListOptions = {}): Promise<void> {
    const { gracePeriodSeconds: _, propagationPolicy: __, preconditions: ___, dryRun: ____, ...list } = options;
    await this.#connection.call({ method: 'DELETE', path: this.#path([], list), body: deletion(options), signal });
  }

  get status(): SubresourceClient<T> {
    return this.subresource<T>('status');
  }

  subresource<S extends KubeObject>(subresource: string): SubresourceClient<S> {
    return {
      get: (name, { signal, ...options } = {}) =>
        this.#connection.call({ method: 'GET', path: this.#path([name, subresource], options), signal }),
      update: (object, options) => this.#put([object.metadata.name, subresource], object, options),
      patch: (name, patch, options) => this.#patch([name, subresource], patch, options),
    };
  }

  async post<R = Status>(
    name: string,
    subresource: string,
    body: object,
    { signal, ...options }: WriteOptions = {},
  ): Promise<R> {
    return this.#connection.call({
      method: 'POST',
      path: this.#path([name, subresource], write(options)),
      body,
      signal,
    });
  }

  #put<S extends KubeObject>(
    segments: readonly string[],
    object: S,
    { signal, ...options }: WriteOptions = {},
  ): Promise<S> {
    const path = this.#path(segments, write(options), this.#namespace ?? object.metadata.namespace);
    const body = segments.length === 1 ? this.#typed(object) : object;
    return this.#connection.call({ method: 'PUT', path, body, signal });
  }

  #patch<S>(segments: readonly string[], patch: unknown, options: PatchOptions = {}): Promise<S> {
    const { signal, type = 'merge', ...rest } = options;
    const path = this.#path(segments, write(rest));
    return this.#connection.call({ method: 'PATCH', path, body: patch, contentType: contentTypes[type], signal });
  }

  #typed(object: object): object {
    return { apiVersion: apiVersionOf(this.#resource), kind: this.#resource.kind, ...object };
  }

  /** `/apis/apps/v1/namespaces/default/deployments/web/status?dryRun=All` */
  #path(segments: readonly string[] = [], query: object = {}, namespace = this.#namespace): string {
    const { group, version, plural, namespaced } = this.#resource;
    const root = group === '' ? ['api', version] : ['apis', group, version];
    const within = namespaced && namespace ? ['namespaces', namespace] : [];
    const path = [...root, ...within, plural, ...segments].map(encodeURIComponent).join('/');
    const said = Object.entries(query).filter(([, value]) => value !== undefined);
    const parameters = new URLSearchParams(said.map(([name, value]) => [name, String(value)]));
    return `/${path}${said.length > 0 ? `?${parameters}` : ''}`;
  }
}

const write = ({ dryRun, ...options }: WriteOptions): object => ({ ...options, ...(dryRun && { dryRun: 'All' }) });

function deletion(options: DeleteOptions): object {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  const given = { gracePeriodSeconds, propagationPolicy, preconditions, ...(dryRun && { dryRun: ['All'] }) };
  return { kind: 'DeleteOptions', apiVersion: 'v1', ...given };
}

interface LineReader {
  line(text: string): void;
  end(): void;
  error(error: Error): void;
}

function eachLine(response: IncomingMessage, { line, end, error }: LineReader): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  response.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) if (text !== '') line(text);
  });
  response.on('end', end);
  response.on('error', error);
}
