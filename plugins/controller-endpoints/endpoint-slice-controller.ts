// EndpointSlice controller: writes down, for each Service with a selector, which pods are behind it. Proxies and DNS
// follow what it writes. Slices go with their Service, which owns them (garbage collection).

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Controller, done, type Informers, type Result, type Source } from '../../core/contracts/controller.ts';
import { from, sides } from '../../core/control/sources.ts';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { serviceKeyOf } from '../../core/network/service-table.ts';
import { hasSelector } from './pod-endpoints.ts';
import { ServicePods } from './service-pods.ts';
import { managedByLabel, managedByUs, planSlices } from './slice-plan.ts';
import { SliceWriter } from './slice-writer.ts';

export class EndpointSliceController implements Controller {
  readonly name = 'endpointslice';
  readonly workers = 5;
  readonly #client: ApiClient;
  #pods!: ServicePods;
  #writer!: SliceWriter;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#pods = new ServicePods(informers);
    const slices = informers.of(EndpointSlices, { indexes: { service: (slice) => [serviceKeyOf(slice) ?? ''] } });
    this.#writer = new SliceWriter(this.#client, slices, managedByUs);
    const itsService = from(slices, (change) =>
      sides(change)
        .filter(isOurs)
        .flatMap((slice) => serviceKeyOf(slice) ?? []),
    );
    return [...this.#pods.sources, itsService];
  }

  async reconcile(key: string): Promise<Result> {
    const service = this.#pods.services.get(key);
    if (!service) this.#writer.forget(key);
    if (!service || !hasSelector(service) || service.metadata.deletionTimestamp !== undefined) return done;
    const existing = await this.#writer.existing(key);
    await this.#writer.carryOut(key, planSlices(service, this.#pods.podsOf(service), existing));
    return done;
  }
}

const isOurs = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[managedByLabel] === managedByUs;
