// Lease lock: the Lease that candidates write their names into. The guard of every write is the object's
// resourceVersion, so of two who saw the same Lease only one can take it.
//   kubectl get lease -n kube-system kube-scheduler -o yaml
// In Kubernetes: client-go tools/leaderelection/resourcelock/leaselock.go.

import type { ApiClient } from '../../contracts/api-client.ts';
import { type Lease, type LeaseSpec, Leases } from '../../model/lease.ts';
import { revise } from '../../model/revise.ts';
import { ApiError } from '../../model/status.ts';
import type { EventRecorder } from '../event-recorder.ts';

export interface LeaseLockOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  /** Who we are, as HOLDER shows it. No two processes may have the same at the same time. */
  readonly identity: string;
  /** Tells who became leader; nobody unless given. */
  readonly recorder?: Pick<EventRecorder, 'event'>;
}

/** What a candidate writes. */
export type LeaderElectionRecord = Required<
  Pick<LeaseSpec, 'holderIdentity' | 'leaseDurationSeconds' | 'acquireTime' | 'renewTime' | 'leaseTransitions'>
>;

export class LeaseLock {
  readonly identity: string;
  readonly #options: LeaseLockOptions;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    this.identity = options.identity;
  }

  /** `kube-system/kube-scheduler` */
  describe(): string {
    return `${this.#options.namespace}/${this.#options.name}`;
  }

  /** Undefined when nobody has made it yet. Throws ApiError. */
  async get(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      return await this.#leases.get(this.#options.name, { signal });
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
      throw error;
    }
  }

  /** @throws ApiError AlreadyExists when somebody was faster */
  create(record: LeaderElectionRecord, signal: AbortSignal): Promise<Lease> {
    const { name, namespace } = this.#options;
    return this.#leases.create({ metadata: { name, namespace }, spec: record }, { signal });
  }

  /** @throws ApiError Conflict when the Lease is not any more as `seen` */
  update(seen: Lease, record: LeaderElectionRecord, signal: AbortSignal): Promise<Lease> {
    return this.#leases.update({ ...seen, spec: revise<LeaseSpec>(seen.spec ?? {}, record) }, { signal });
  }

  /** @param what `became leader` */
  recordEvent(lease: Lease, what: string): void {
    this.#options.recorder?.event(lease, 'Normal', 'LeaderElection', `${this.identity} ${what}`);
  }

  get #leases() {
    return this.#options.client.of(Leases).in(this.#options.namespace);
  }
}
