// Endpoints mirror: a Service without selector has the endpoints that somebody writes by hand. Who writes EndpointSlices
// is done; who writes Endpoints, as older tools and tutorials do, gets EndpointSlices by this controller.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, itself, sides } from '../../core/control/sources.ts';
import { type EndpointSlice, EndpointSlices } from '../../core/model/endpoint-slice.ts';
import { type Endpoints, Endpointses } from '../../core/model/endpoints.ts';
import { type Service, Services } from '../../core/model/service.ts';
import { serviceKeyOf } from '../../core/network/service-table.ts';
import { isMirrored, managedByMirror, planMirror } from './mirror-of.ts';
import { managedByLabel } from './slice-plan.ts';
import { SliceWriter } from './slice-writer.ts';

export class EndpointsMirror implements Controller {
  readonly name = 'endpointslice-mirroring';
  readonly workers = 5;
  readonly #client: ApiClient;
  #services!: Informer<Service>;
  #endpoints!: Informer<Endpoints>;
  #writer!: SliceWriter;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#services = informers.of(Services);
    this.#endpoints = informers.of(Endpointses);
    const slices = informers.of(EndpointSlices, { indexes: { service: (slice) => [serviceKeyOf(slice) ?? ''] } });
    this.#writer = new SliceWriter(this.#client, slices, managedByMirror);
    return [
      from(this.#services, itself),
      from(this.#endpoints, itself),
      from(slices, (change) =>
        sides(change)
          .filter(isOurs)
          .flatMap((slice) => serviceKeyOf(slice) ?? []),
      ),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const endpoints = this.#endpoints.get(key);
    const service = this.#services.get(key);
    const mirrored = isMirrored(endpoints, service) ? endpoints : undefined;
    await this.#writer.carryOut(key, planMirror(mirrored, await this.#writer.existing(key)));
    if (!service) this.#writer.forget(key);
    return done;
  }
}

const isOurs = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[managedByLabel] === managedByMirror;
