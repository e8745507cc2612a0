// Endpoints controller: the same as the EndpointSlice controller for the older form, one Endpoints object a Service,
// which `kubectl get endpoints` and older programs read. It carries the Service's name; when the Service goes, it goes.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import { from, itself } from '../../core/control/sources.ts';
import { type Endpoints, Endpointses } from '../../core/model/endpoints.ts';
import { type Draft, splitKey } from '../../core/model/meta.ts';
import { ApiError } from '../../core/model/status.ts';
import { endpointsFor } from './endpoints-of.ts';
import { hasSelector } from './pod-endpoints.ts';
import { ServicePods } from './service-pods.ts';
import { isNamespaceEnding } from './slice-writer.ts';

export class EndpointsController implements Controller {
  readonly name = 'endpoints';
  readonly workers = 5;
  readonly #client: ApiClient;
  #pods!: ServicePods;
  #endpoints!: Informer<Endpoints>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#pods = new ServicePods(informers);
    this.#endpoints = informers.of(Endpointses);
    // Endpoints without a Service may be somebody's own; those that were deleted are looked at, as in Kubernetes.
    const deleted = from(this.#endpoints, (change) => (change.type === 'delete' ? itself(change) : []));
    return [...this.#pods.sources, deleted];
  }

  async reconcile(key: string): Promise<Result> {
    const { namespace = '', name } = splitKey(key);
    const client = this.#client.of(Endpointses).in(namespace);
    const service = this.#pods.services.get(key);
    if (!service) {
      if (this.#endpoints.get(key)) await client.delete(name).catch(ignoreGone);
      return done;
    }
    if (!hasSelector(service)) return done;
    const wanted = endpointsFor(service, this.#pods.podsOf(service));
    const found = this.#endpoints.get(key);
    if (!found) return this.#create(wanted, namespace);
    const { labels, annotations } = wanted.metadata;
    const same =
      semanticEqual(found.subsets, wanted.subsets) &&
      semanticEqual(found.metadata.labels, labels) &&
      semanticEqual(found.metadata.annotations, annotations);
    if (same) return done;
    const metadata = { ...found.metadata, labels: labels ?? {}, annotations: annotations ?? {} };
    await client.update({ ...found, metadata, subsets: wanted.subsets ?? [] });
    return done;
  }

  async #create(wanted: Draft<Endpoints>, namespace: string): Promise<Result> {
    try {
      await this.#client.of(Endpointses).in(namespace).create(wanted);
    } catch (error) {
      if (!isNamespaceEnding(error)) throw error;
    }
    return done;
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 404) throw error;
}
