// Event expiry: news grows old. An Event that has not happened again for an hour is deleted.
// Always true: one appointment with the clock serves all Events, and none is kept where there are none; an Event that
// happened again while it was about to be deleted stays.
// In real Kubernetes: etcd's leases do it (kube-apiserver --event-ttl); a Store need not know about time.

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
import { from } from '../../core/control/sources.ts';
import { type Event, Events } from '../../core/model/event.ts';
import { ApiError } from '../../core/model/status.ts';

const theOnlyKey = 'events';
/** Milliseconds between two looks at all Events, at least. */
const sweepInterval = 60_000;

/** When the Event was last written, as far as it tells. Milliseconds since 1970. */
export function lastSeen({ metadata, series, lastTimestamp, eventTime }: Event): number {
  const times = [metadata.creationTimestamp, series?.lastObservedTime, lastTimestamp, eventTime];
  return Math.max(...times.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time)), 0);
}

export class EventExpiry implements Controller {
  readonly name = 'event-expiry';
  readonly #client: ApiClient;
  readonly #clock: Pick<Clock, 'now'>;
  /** Milliseconds that an Event is kept. */
  readonly #ttl: number;
  #events!: Informer<Event>;
  /** A look is due at some time: Events that come meanwhile need not ask for one. */
  #planned = false;

  constructor(client: ApiClient, clock: Pick<Clock, 'now'>, ttl: number) {
    this.#client = client;
    this.#clock = clock;
    this.#ttl = ttl;
  }

  sources(informers: Informers): readonly Source[] {
    this.#events = informers.of(Events);
    return [from(this.#events, () => (this.#planned ? [] : [theOnlyKey]))];
  }

  async reconcile(_: string, signal: AbortSignal): Promise<Result> {
    this.#planned = true;
    const now = this.#clock.now();
    for (const event of this.#events.all()) {
      if (lastSeen(event) + this.#ttl <= now && !signal.aborted) await this.#delete(event);
    }
    const left = this.#events.all();
    this.#planned = left.length > 0;
    if (!this.#planned) return done;
    const oldest = left.reduce((time, event) => Math.min(time, lastSeen(event)), Number.POSITIVE_INFINITY);
    return again(Math.max(sweepInterval, oldest + this.#ttl - now));
  }

  async #delete({ metadata }: Event): Promise<void> {
    const { namespace = '', name, uid, resourceVersion } = metadata;
    try {
      await this.#client.of(Events).in(namespace).delete(name, { preconditions: { uid, resourceVersion } });
    } catch (error) {
      // Gone, or it happened again.
      if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
    }
  }
}
