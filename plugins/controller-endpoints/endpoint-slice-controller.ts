// EndpointSlice controller: writes down, for each Service with a selector, which pods are behind it. Proxies and DNS
// follow what it writes. Slices go with their Service, which owns them (garbage collection).

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, sides } from '../../core/control/sources.ts';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { splitKey } from '../../core/model/meta.ts';
import type { Service } from '../../core/model/service.ts';
import { ApiError } from '../../core/model/status.ts';
import { serviceKeyOf, serviceNameLabel } from '../../core/network/service-table.ts';
import { hasSelector } from './pod-endpoints.ts';
import { ServicePods } from './service-pods.ts';
import { managedByLabel, managedByUs, planSlices } from './slice-plan.ts';
import { WrittenSlices } from './written-slices.ts';

export class EndpointSliceController implements Controller {
  readonly name = 'endpointslice';
  readonly workers = 5;
  readonly #client: ApiClient;
  readonly #written = new WrittenSlices();
  #pods!: ServicePods;
  #slices!: Informer<EndpointSlice>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#pods = new ServicePods(informers);
    this.#slices = informers.of(EndpointSlices, { indexes: { service: (slice) => [serviceKeyOf(slice) ?? ''] } });
    const itsService = from(this.#slices, (change) =>
      sides(change)
        .filter(isOurs)
        .flatMap((slice) => serviceKeyOf(slice) ?? []),
    );
    return [...this.#pods.sources, itsService];
  }

  async reconcile(key: string): Promise<Result> {
    const service = this.#pods.services.get(key);
    if (!service) this.#written.forget(key);
    if (!service || !hasSelector(service) || service.metadata.deletionTimestamp !== undefined) return done;
    const client = this.#client.of(EndpointSlices).in(service.metadata.namespace ?? '');
    const { create, update, remove } = planSlices(
      service,
      this.#pods.podsOf(service),
      await this.#existing(key, service),
    );
    try {
      // What is new comes first, so that no client finds a moment without endpoints.
      for (const slice of create) this.#written.wrote(key, await client.create(slice));
      for (const slice of update) this.#written.wrote(key, await client.update(slice));
      for (const slice of remove) {
        await client.delete(slice.metadata.name, { preconditions: { uid: slice.metadata.uid } }).catch(ignoreGone);
        this.#written.removed(key, slice);
      }
    } catch (error) {
      if (isNamespaceEnding(error)) return done;
      throw error;
    }
    return done;
  }

  /** From the cache, unless it does not show yet what we wrote ourselves; then from the API. */
  async #existing(key: string, { metadata }: Service): Promise<readonly EndpointSlice[]> {
    const { namespace = '' } = splitKey(key);
    if (this.#written.shownBy(key, (name) => this.#slices.get(`${namespace}/${name}`))) {
      return this.#slices.by('service', key).filter(isOurs);
    }
    const labelSelector = `${serviceNameLabel}=${metadata.name},${managedByLabel}=${managedByUs}`;
    const { items } = await this.#client.of(EndpointSlices).in(namespace).list({ labelSelector });
    this.#written.read(key, items);
    return items;
  }
}

const isOurs = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[managedByLabel] === managedByUs;

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}

/** Nothing is created in a namespace that is being deleted; there is nothing to try again. */
export const isNamespaceEnding = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.code === 403 &&
  (error.status.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
