// Leases: times to live. etcd attaches keys to leases; a lease is shared by keys that are put within a short while, as
// Kubernetes' API server shares them (apiserver/pkg/storage/etcd3/lease_manager.go).

import type { Etcd3 } from 'etcd3';
import type { Clock } from '../../core/contracts/clock.ts';

/** A lease lasts so much longer than asked for, and is shared for as long. */
const reuse = 0.05;

export class Leases {
  readonly #client: Etcd3;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #current = new Map<number, { readonly lease: Promise<string>; readonly until: number }>();

  constructor(client: Etcd3, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Seconds that the lease has left; 0: it is over. */
  async left(lease: string): Promise<number> {
    const { TTL } = await this.#client.leaseClient.leaseTimeToLive({ ID: lease, keys: false });
    return Math.max(0, Number(TTL));
  }

  /** A lease that lasts at least so many seconds from now. */
  of(ttl: number): Promise<string> {
    const known = this.#current.get(ttl);
    if (known && this.#clock.now() < known.until) return known.lease;
    const lease = this.#client.leaseClient
      .leaseGrant({ TTL: String(Math.ceil(ttl * (1 + reuse))), ID: '0' })
      .then(({ ID }) => ID);
    this.#current.set(ttl, { lease, until: this.#clock.now() + ttl * reuse * 1000 });
    lease.catch(() => this.#current.delete(ttl));
    return lease;
  }
}
