// Slice writer: reads and writes the EndpointSlices of a Service that one controller looks after. A cache that lags behind
// what was written would make it write the same again, so it is asked only when it shows all that (written-slices.ts).

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Informer } from '../../core/contracts/controller.ts';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { splitKey } from '../../core/model/meta.ts';
import { ApiError } from '../../core/model/status.ts';
import { serviceNameLabel } from '../../core/network/service-table.ts';
import { managedByLabel, type SlicePlan } from './slice-plan.ts';
import { WrittenSlices } from './written-slices.ts';

export class SliceWriter {
  readonly #client: ApiClient;
  readonly #slices: Informer<EndpointSlice>;
  readonly #managedBy: string;
  readonly #written = new WrittenSlices();

  /** @param slices with the index `service`; @param managedBy whose slices these are: the value of the label */
  constructor(client: ApiClient, slices: Informer<EndpointSlice>, managedBy: string) {
    this.#client = client;
    this.#slices = slices;
    this.#managedBy = managedBy;
  }

  /** From the cache, unless it does not show yet what we wrote ourselves; then from the API. */
  async existing(key: string): Promise<readonly EndpointSlice[]> {
    const { namespace = '', name } = splitKey(key);
    if (this.#written.shownBy(key, (slice) => this.#slices.get(`${namespace}/${slice}`))) {
      return this.#slices
        .by('service', key)
        .filter(({ metadata }) => metadata.labels?.[managedByLabel] === this.#managedBy);
    }
    const labelSelector = `${serviceNameLabel}=${name},${managedByLabel}=${this.#managedBy}`;
    const { items } = await this.#client.of(EndpointSlices).in(namespace).list({ labelSelector });
    this.#written.read(key, items);
    return items;
  }

  /** Nothing is created in a namespace that is being deleted; there is nothing to try again. Throws ApiError. */
  async carryOut(key: string, { create, update, remove }: SlicePlan): Promise<void> {
    const client = this.#client.of(EndpointSlices).in(splitKey(key).namespace ?? '');
    try {
      // What is new comes first, so that no client finds a moment without endpoints.
      for (const slice of create) this.#written.wrote(key, await client.create(slice));
      for (const slice of update) this.#written.wrote(key, await client.update(slice));
      for (const slice of remove) {
        await client.delete(slice.metadata.name, { preconditions: { uid: slice.metadata.uid } }).catch(ignoreGone);
        this.#written.removed(key, slice);
      }
    } catch (error) {
      if (!isNamespaceEnding(error)) throw error;
    }
  }

  forget(key: string): void {
    this.#written.forget(key);
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}

export const isNamespaceEnding = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.code === 403 &&
  (error.status.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
