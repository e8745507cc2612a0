// Router: which handler answers which path.

import type { ApiServer, Target } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { ApiError, badRequest, methodNotSupported } from '../../core/model/status.ts';
import type { Authentication } from './authentication.ts';
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery.ts';
import { Encoder } from './encoder.ts';
import type { Exchange } from './exchange.ts';
import { type HealthCheck, health, healthChecks } from './health.ts';
import type { HttpApiOptions } from './http-api.ts';
import { LogHandler } from './log-handler.ts';
import { negotiate } from './negotiate.ts';
import { OpenApi } from './openapi.ts';
import { openApiV2, openApiV2Type } from './openapi-v2.ts';
import { boolean, said } from './query.ts';
import { notThere, parsePath, type RequestPath } from './request-path.ts';
import { ResourceHandler } from './resource-handler.ts';
import { ReviewHandler } from './review-handler.ts';
import { reviews } from './reviews.ts';
import { type GroupVersion, groupVersions, type Subresource } from './served.ts';
import { StreamingHandler, streamed } from './streaming/streaming-handler.ts';
import { versionInfo } from './version.ts';
import { WatchHandler } from './watch-handler.ts';

type ResourcePath = Extract<RequestPath, { about: 'resource' }>;
type DiscoveryPath = Extract<RequestPath, { about: 'discovery' }>;

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What real Kubernetes has and this server has not, and what to do instead. */
const later: Readonly<Record<string, string>> = {
  ephemeralcontainers:
    'a container cannot be added to a running pod; `kubectl debug POD --copy-to=NAME --image=IMAGE` makes a copy with one',
  proxy: 'pods and services cannot be reached through the API server; a Service of type NodePort can be at 127.0.0.1',
};

/** A refusal that says what is missing, where a bare 404 would look like a mistake of the client. */
function laterOf({ group, plural, name, subresource = '' }: ResourcePath): ApiError | undefined {
  const first = subresource.split('/')[0] ?? '';
  if (group !== '' || !['pods', 'services', 'nodes'].includes(plural) || !Object.hasOwn(later, first)) return undefined;
  const details = { kind: plural, ...(name !== undefined && { name }) };
  return new ApiError(
    405,
    'MethodNotAllowed',
    `${plural}/${first} is not served by this cluster: ${later[first]}`,
    details,
  );
}

export class Router {
  readonly #api: ApiServer;
  readonly #groups: readonly GroupVersion[];
  readonly #resources: ResourceHandler;
  readonly #watches: WatchHandler;
  readonly #logs: LogHandler;
  readonly #streaming: StreamingHandler;
  readonly #reviews: ReviewHandler;
  readonly #openApi: OpenApi;
  readonly #checks: readonly HealthCheck[];
  readonly #clock: Clock;
  readonly #address: () => string;

  /**
   * @param address `127.0.0.1:6443`, once known
   * @param stopping whether the server is about to stop
   */
  constructor(
    { api, clock, connections }: HttpApiOptions,
    authentication: Authentication,
    address: () => string,
    stopping: () => boolean,
  ) {
    const encoder = new Encoder();
    this.#api = api;
    this.#groups = groupVersions(api.resources.all());
    this.#resources = new ResourceHandler(api, encoder, clock);
    this.#watches = new WatchHandler(api, encoder, clock);
    this.#logs = new LogHandler(api, connections);
    this.#streaming = new StreamingHandler(api, clock, connections);
    this.#reviews = new ReviewHandler(api, clock, authentication);
    this.#openApi = new OpenApi(this.#groups);
    this.#checks = healthChecks(api, stopping);
    this.#clock = clock;
    this.#address = address;
  }

  /** @throws ApiError */
  async route(exchange: Exchange): Promise<void> {
    const path = parsePath(exchange.path);
    if (path.about === 'resource') return this.#resource(exchange, path);
    const { user, method } = exchange;
    await this.#api.authorize(exchange, { user, verb: method.toLowerCase(), path: exchange.path });
    if (method !== 'GET' && method !== 'HEAD') throw notThere();
    if (path.about === 'discovery') return this.#discovery(exchange, path);
    return this.#other(exchange);
  }

  #resource(exchange: Exchange, path: ResourcePath): Promise<void> {
    const { group, version, plural, namespace, name, subresource } = path;
    const review = reviews.find((one) => one.group === group && one.version === version && one.plural === plural);
    if (review) {
      if ((namespace !== undefined) !== (review.namespaced === true) || name !== undefined) throw notThere();
      return this.#reviews.handle(exchange, review, namespace);
    }
    const resource = this.#api.resources.byPlural(group, version, plural);
    if (!resource) throw notThere();
    if (resource.deprecated !== undefined) exchange.warn(resource.deprecated);
    if (namespace !== undefined && !resource.namespaced) throw notThere();
    if (resource.namespaced && name !== undefined && namespace === undefined) throw notThere();
    if (subresource === 'log' && group === '' && plural === 'pods' && exchange.method === 'GET')
      return this.#logs.handle(exchange, resource, namespace ?? '', name ?? '');
    const stream = group === '' && plural === 'pods' && streamed.find((one) => one === subresource);
    if (stream) return this.#streaming.handle(exchange, resource, namespace ?? '', name ?? '', stream);
    if (subresource !== undefined) {
      const served = this.#subresource(path);
      if (!served) throw laterOf(path) ?? notThere();
      if (!served.verbs.includes(verbs[exchange.method] ?? ''))
        throw methodNotSupported(resource, exchange.method.toLowerCase());
    }
    const target = said<Target & { readonly name?: string }>({ resource, namespace, name, subresource });
    if (exchange.method === 'GET' && boolean(exchange.query, 'watch')) return this.#watch(exchange, target);
    return this.#resources.handle(exchange, target);
  }

  #subresource({ group, version, plural, subresource }: ResourcePath): Subresource | undefined {
    const served = this.#groups.find((one) => one.group === group && one.version === version)?.resources;
    const subresources = served?.find((one) => one.plural === plural)?.subresources;
    return subresources?.find(({ name }) => name === subresource);
  }

  /** Watching a named object is watching the list with a selector, as old clients do. */
  #watch(exchange: Exchange, { name, ...target }: Target & { readonly name?: string }): Promise<void> {
    if (name === undefined) return this.#watches.handle(exchange, target);
    if (target.subresource) throw badRequest('a subresource cannot be watched');
    exchange.query.set('fieldSelector', `metadata.name=${name}`);
    return this.#watches.handle(exchange, target);
  }

  #discovery(exchange: Exchange, { root, group, version }: DiscoveryPath): void {
    const { form, version: discoveryVersion } = negotiate(exchange.request.headers.accept);
    if (version !== undefined) return this.#found(exchange, apiResourceList(this.#groups, group ?? '', version));
    if (group !== undefined) return this.#found(exchange, apiGroup(this.#groups, group));
    if (form === 'discovery') {
      const type = `application/json;g=apidiscovery.k8s.io;v=${discoveryVersion};as=APIGroupDiscoveryList`;
      return exchange.sendJson(200, aggregated(this.#groups, root, discoveryVersion), type);
    }
    return exchange.sendJson(200, root === 'api' ? apiVersions(this.#address()) : apiGroupList(this.#groups));
  }

  async #other(exchange: Exchange): Promise<void> {
    const { path } = exchange;
    if (path === '/version' || path === '/version/') return exchange.sendJson(200, versionInfo());
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) {
      const { code, text } = await health(path, this.#checks, exchange.query, this.#clock);
      return exchange.send(code, 'text/plain; charset=utf-8', text, { 'X-Content-Type-Options': 'nosniff' });
    }
    if (path === '/openapi/v2') return exchange.send(200, openApiV2Type, await openApiV2(this.#groups));
    if (path === '/openapi/v3' || path === '/openapi/v3/') return exchange.sendJson(200, this.#openApi.index());
    if (path.startsWith('/openapi/v3/')) return this.#openApiDocument(exchange, path.slice('/openapi/v3/'.length));
    if (path === '/') {
      const paths = ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'];
      return exchange.sendJson(200, { paths });
    }
    exchange.send(404, 'text/plain; charset=utf-8', '404 page not found\n');
  }

  #openApiDocument(exchange: Exchange, name: string): void {
    const document = this.#openApi.document(name);
    if (!document) throw notThere();
    const headers = { ETag: `"${document.hash}"` };
    if (exchange.request.headers['if-none-match'] === headers.ETag)
      return void exchange.response.writeHead(304, headers).end();
    exchange.send(200, 'application/json', document.text, headers);
  }

  #found(exchange: Exchange, object: object | undefined): void {
    if (!object) throw notThere();
    exchange.sendJson(200, object);
  }
}
