// Balancer: which pod gets the next connection of one service port. Kubernetes' own round robin, as kube-proxy's userspace
// mode had it (pkg/proxy/userspace/roundrobin.go, until 1.25):
//   the endpoints are shuffled whenever they change, so that services do not all begin with the same pod
//   each new connection takes the next one in turn
//   with affinity, a client stays with its pod as long as it comes back in time; each visit begins the time anew
// Always true: a client is only ever sent to an endpoint of the last update; clients whose time is over take no memory.

import type { Clock } from '../../core/contracts/clock.ts';
import type { Backend } from '../../core/contracts/proxy.ts';
import type { Random } from '../../core/contracts/random.ts';

interface Stay {
  readonly backend: string;
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
}

export const placeOf = (backend: Pick<Backend, 'address' | 'port'>): string => `${backend.address}:${backend.port}`;

export class Balancer {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;
  #endpoints: readonly Backend[] = [];
  /** By place, for affinities. */
  #places: ReadonlyMap<string, Backend> = new Map();
  #index = 0;
  #affinity: number | undefined;
  /** By client, those that came longest ago first. */
  readonly #stays = new Map<string, Stay>();

  constructor(clock: Pick<Clock, 'now'>, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** In the order in which they are taken. */
  get endpoints(): readonly Backend[] {
    return this.#endpoints;
  }

  /** @param affinity milliseconds for which a client stays with its pod; undefined: no affinity. */
  update(endpoints: readonly Backend[], affinity: number | undefined): void {
    this.#affinity = affinity;
    const places = new Map(endpoints.map((backend) => [placeOf(backend), backend]));
    const same = places.size === this.#places.size && [...places.keys()].every((place) => this.#places.has(place));
    this.#places = places;
    if (!same) {
      this.#endpoints = this.#random.shuffle(endpoints);
      this.#index = 0;
    }
    for (const [client, stay] of this.#stays) {
      if (affinity === undefined || !places.has(stay.backend)) this.#stays.delete(client);
    }
  }

  /** Where the client goes. @param reset the pod it stayed with did not answer: forget it. */
  next(client: string, reset = false): Backend | undefined {
    this.#forgetStale();
    const stay = reset ? undefined : this.#stayOf(client);
    const backend = stay ?? this.#endpoints[this.#index];
    if (!backend) return undefined;
    if (!stay) this.#index = (this.#index + 1) % this.#endpoints.length;
    this.#stays.delete(client);
    if (this.#affinity !== undefined) {
      this.#stays.set(client, { backend: placeOf(backend), lastUsed: this.#clock.now() });
    }
    return backend;
  }

  /** Where the client would go; changes nothing. */
  peek(client: string): { readonly backend: Backend | undefined; readonly stays: boolean } {
    const stay = this.#stayOf(client);
    return { backend: stay ?? this.#endpoints[this.#index], stays: stay !== undefined };
  }

  /** Takes over who stays with whom from the balancer of an earlier proxy. */
  inherit(from: Balancer): void {
    for (const [client, stay] of from.#stays) {
      if (this.#affinity !== undefined && this.#places.has(stay.backend)) this.#stays.set(client, stay);
    }
  }

  #stayOf(client: string): Backend | undefined {
    const stay = this.#stays.get(client);
    return stay && !this.#isStale(stay) ? this.#places.get(stay.backend) : undefined;
  }

  #isStale(stay: Stay): boolean {
    return this.#clock.now() - stay.lastUsed >= (this.#affinity ?? 0);
  }

  #forgetStale(): void {
    for (const [client, stay] of this.#stays) {
      if (!this.#isStale(stay)) return;
      this.#stays.delete(client);
    }
  }
}
