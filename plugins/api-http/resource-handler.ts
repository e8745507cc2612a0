// Resource handler: get, list, create, update, patch, delete over HTTP. It decodes what the client sent, calls the
// ApiServer, and gives the answer in the form that the client wants; what the verbs mean is core/api's business.

import type { PatchType } from '../../core/contracts/api-client.ts';
import type { ApiServer, NamedTarget, Target } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import type { KubeList, KubeObject } from '../../core/model/meta.ts';
import type { Resource } from '../../core/model/resource.ts';
import { badRequest, methodNotSupported, type Status } from '../../core/model/status.ts';
import { decodeJson, decodeObject, mediaType, readBody, unsupported } from './body.ts';
import { deleteOptions } from './delete-options.ts';
import type { Encoder } from './encoder.ts';
import type { Exchange } from './exchange.ts';
import { negotiate, type Wanted } from './negotiate.ts';
import { getOptions, isObject, listOptions, writeOptions } from './query.ts';
import { columnDefinitions, includeOf, partial, rowOf, shownAs } from './table.ts';

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

export class ResourceHandler {
  readonly #api: ApiServer;
  readonly #encoder: Encoder;
  readonly #clock: Clock;

  constructor(api: ApiServer, encoder: Encoder, clock: Clock) {
    this.#api = api;
    this.#encoder = encoder;
    this.#clock = clock;
  }

  /** @throws ApiError */
  async handle(exchange: Exchange, target: Target & { readonly name?: string }): Promise<void> {
    const { method } = exchange;
    const named = target.name === undefined ? undefined : (target as NamedTarget);
    if (method === 'GET' || method === 'HEAD') return named ? this.#get(exchange, named) : this.#list(exchange, target);
    if (method === 'POST' && (!named || target.subresource)) return this.#create(exchange, target);
    if (method === 'PUT' && named) return this.#update(exchange, named);
    if (method === 'PATCH' && named) return this.#patch(exchange, named);
    if (method === 'DELETE') return named ? this.#delete(exchange, named) : this.#deleteCollection(exchange, target);
    throw methodNotSupported(target.resource, method.toLowerCase());
  }

  async #get(exchange: Exchange, target: NamedTarget): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const object = await this.#api.get(exchange, target, getOptions(exchange.query));
    await this.#answer(exchange, 200, target, object, wanted);
  }

  async #list(exchange: Exchange, target: Target): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const include = includeOf(exchange.query);
    const list = await this.#api.list(exchange, target, listOptions(exchange.query));
    await this.#answerList(exchange, target, list, wanted, include);
  }

  async #create(exchange: Exchange, target: Target & { readonly name?: string }): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const body = await this.#object(exchange, target);
    const answer = await this.#api.create(exchange, target, body, writeOptions('CreateOptions', exchange.query));
    await this.#answer(exchange, 201, target, answer, wanted);
  }

  async #update(exchange: Exchange, target: NamedTarget): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const body = await this.#object(exchange, target);
    const object = await this.#api.update(exchange, target, body, writeOptions('UpdateOptions', exchange.query));
    await this.#answer(exchange, 200, target, object, wanted);
  }

  async #patch(exchange: Exchange, target: NamedTarget): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const contentType = mediaType(exchange.request.headers['content-type']);
    const type = Object.hasOwn(patchTypes, contentType) ? patchTypes[contentType] : undefined;
    // In real Kubernetes: application/apply-patch+yaml (server-side apply) as well.
    if (!type) throw unsupported(Object.keys(patchTypes));
    const { value } = decodeJson(await readBody(exchange.request), target.resource.kind);
    const options = { ...writeOptions('PatchOptions', exchange.query), type };
    await this.#answer(exchange, 200, target, await this.#api.patch(exchange, target, value, options), wanted);
  }

  async #delete(exchange: Exchange, target: NamedTarget): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const options = deleteOptions(exchange.query, await this.#deleteBody(exchange));
    await this.#answer(exchange, 200, target, await this.#api.delete(exchange, target, options), wanted);
  }

  async #deleteCollection(exchange: Exchange, target: Target): Promise<void> {
    const wanted = negotiate(exchange.request.headers.accept);
    const options = {
      ...listOptions(exchange.query),
      ...deleteOptions(exchange.query, await this.#deleteBody(exchange)),
    };
    const list = await this.#api.deleteCollection(exchange, target, options);
    await this.#answerList(exchange, target, list, wanted, includeOf(exchange.query));
  }

  /** The body of a write. A key said twice is refused, warned of or let pass, as `fieldValidation` wants. */
  async #object(exchange: Exchange, target: Target): Promise<unknown> {
    const body = await readBody(exchange.request);
    const { kind } = target.resource;
    const { value, duplicates } = await decodeObject(body, exchange.request.headers['content-type'], kind);
    if (duplicates.length === 0) return value;
    const found = duplicates.map((path) =>
      path.startsWith('line ') ? path : `duplicate field ${JSON.stringify(path)}`,
    );
    const validation = writeOptions('CreateOptions', exchange.query).fieldValidation;
    if (validation === 'Warn') for (const text of found) exchange.warn(text);
    if (validation !== 'Strict') return value;
    const given = isObject(value) && typeof value.kind === 'string' ? value.kind : kind;
    throw badRequest(
      `${given} in version ${JSON.stringify(target.resource.version)} cannot be handled as a ${kind}: strict decoding error: ${found.join(', ')}`,
    );
  }

  async #deleteBody(exchange: Exchange): Promise<unknown> {
    const body = await readBody(exchange.request);
    if (body.length === 0) return undefined;
    return (await decodeObject(body, exchange.request.headers['content-type'], 'DeleteOptions')).value;
  }

  async #answer(exchange: Exchange, code: number, target: Target, object: KubeObject | Status, wanted: Wanted) {
    if (wanted.form === 'table' && object.kind !== 'Status') {
      const resource = shownAs(target);
      const rows = [rowOf(resource, object as KubeObject, this.#rowOptions(exchange, wanted))];
      const { resourceVersion } = object.metadata as KubeObject['metadata'];
      const metadata = resourceVersion === undefined ? {} : { resourceVersion };
      return this.#send(exchange, code, { ...tableHead(resource, wanted, metadata), rows }, wanted);
    }
    if (wanted.form === 'partial' && object.kind !== 'Status')
      return this.#send(exchange, code, partial(object as KubeObject, wanted.version), wanted);
    return this.#send(exchange, code, object, wanted);
  }

  async #send(exchange: Exchange, code: number, object: object, wanted: Wanted): Promise<void> {
    // Lists and watches show one revision many times, a single answer shows it once: nothing to keep.
    const text = JSON.stringify(object);
    if (!wanted.yaml) return exchange.send(code, 'application/json', text);
    // YAML 1.1, as Kubernetes' own library writes it: what older readers take for a date or a boolean is quoted.
    const { stringify } = await import('yaml');
    exchange.send(code, 'application/yaml', stringify(JSON.parse(text), { version: '1.1' }));
  }

  async #answerList(
    exchange: Exchange,
    target: Target,
    list: KubeList,
    wanted: Wanted,
    include: ReturnType<typeof includeOf>,
  ) {
    const { items, ...head } = list;
    if (wanted.yaml) return this.#send(exchange, 200, list, wanted);
    if (wanted.form === 'table') {
      const options = { ...this.#rowOptions(exchange, wanted), include };
      const table = tableHead(target.resource, wanted, list.metadata);
      return exchange.sendList(
        'application/json',
        opened(table, 'rows'),
        items.length,
        (index) => JSON.stringify(rowOf(target.resource, items[index] as KubeObject, options)),
        ']}\n',
      );
    }
    if (wanted.form === 'partial') {
      const partials = {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${wanted.version}`,
        metadata: list.metadata,
      };
      return exchange.sendList(
        'application/json',
        opened(partials, 'items'),
        items.length,
        (index) => JSON.stringify(partial(items[index] as KubeObject, wanted.version)),
        ']}\n',
      );
    }
    return exchange.sendList(
      'application/json',
      opened(head, 'items'),
      items.length,
      (index) => this.#encoder.encode(items[index] as KubeObject),
      ']}\n',
    );
  }

  #rowOptions(exchange: Exchange, wanted: Wanted) {
    return { include: includeOf(exchange.query), now: this.#clock.now(), version: wanted.version };
  }
}

const tableHead = (resource: Resource, wanted: Wanted, metadata: object) => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${wanted.version}`,
  metadata,
  columnDefinitions: columnDefinitions(resource),
});

/** The JSON of an object whose last member, a list, is still open. */
const opened = (object: object, list: string): string => `${JSON.stringify(object).slice(0, -1)},"${list}":[`;
