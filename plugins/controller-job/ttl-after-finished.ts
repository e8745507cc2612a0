// TtlAfterFinished: deletes a Job so many seconds after its end (`spec.ttlSecondsAfterFinished`), and its pods with it.
// In Kubernetes: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, itself } from '../../core/control/sources.ts';
import { findCondition, isTrue } from '../../core/model/conditions.ts';
import { type Job, Jobs } from '../../core/model/job/job.ts';
import { ApiError } from '../../core/model/status.ts';

/** When its time is over, in milliseconds since 1970; undefined for a Job that runs, is going, or stays. */
export function expiryOf({ metadata, spec, status }: Job): number | undefined {
  if (typeof spec.ttlSecondsAfterFinished !== 'number' || metadata.deletionTimestamp !== undefined) return undefined;
  const type = ['Complete', 'Failed'].find((one) => isTrue(status?.conditions, one));
  const end = type && findCondition(status?.conditions, type)?.lastTransitionTime;
  return end ? Date.parse(end) + spec.ttlSecondsAfterFinished * 1000 : undefined;
}

export class TtlAfterFinished implements Controller {
  readonly name = 'ttl-after-finished';
  readonly #options: { readonly client: ApiClient; readonly clock: Clock };
  #jobs!: Informer<Job>;

  constructor(options: { readonly client: ApiClient; readonly clock: Clock }) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#jobs = informers.of(Jobs);
    return [from(this.#jobs, itself)];
  }

  async reconcile(key: string): Promise<Result> {
    const { client, clock } = this.#options;
    const job = this.#jobs.get(key);
    const expiry = job && expiryOf(job);
    if (!job || expiry === undefined) return done;
    if (expiry > clock.now()) return again(expiry - clock.now());
    const { name, namespace = '', uid, resourceVersion } = job.metadata;
    // Only as the cache has it: somebody may have given it more time meanwhile.
    const preconditions = { uid, resourceVersion };
    try {
      await client.of(Jobs).in(namespace).delete(name, { propagationPolicy: 'Foreground', preconditions });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
    return done;
  }
}
