// Event expiry: news grows old. An Event that has not happened again for an hour is deleted.
// Always true: one appointment with the clock serves all Events; nothing is kept of them in between, for there are several
// for each pod, and nobody else wants to know of all; one that happened again while it was about to be deleted stays.
// In real Kubernetes: etcd's leases do it (kube-apiserver --event-ttl); a Store need not know about time.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { again, type Controller, type Informers, type Result, type Source } from '../../core/contracts/controller.ts';
import { from } from '../../core/control/sources.ts';
import { type Event, Events } from '../../core/model/event.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { ApiError } from '../../core/model/status.ts';

const theOnlyKey = 'events';
/** Milliseconds between two looks at all Events, at least. */
const sweepInterval = 60_000;
/** Events that are read in one go. */
const pageSize = 5000;

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
  /** The first look is asked for; each one asks for the next. */
  #begun = false;

  constructor(client: ApiClient, clock: Pick<Clock, 'now'>, ttl: number) {
    this.#client = client;
    this.#clock = clock;
    this.#ttl = ttl;
  }

  sources(informers: Informers): readonly Source[] {
    const begin = () => {
      if (this.#begun) return [];
      this.#begun = true;
      return [theOnlyKey];
    };
    // Every cluster has namespaces.
    return [from(informers.of(Namespaces), begin)];
  }

  async reconcile(_: string, signal: AbortSignal): Promise<Result> {
    const now = this.#clock.now();
    let oldest = now;
    for await (const event of this.#all()) {
      const seen = lastSeen(event);
      if (seen + this.#ttl > now) oldest = Math.min(oldest, seen);
      else if (!signal.aborted) await this.#delete(event);
    }
    return again(Math.max(sweepInterval, oldest + this.#ttl - now));
  }

  async *#all(): AsyncGenerator<Event> {
    let next: { readonly continue?: string } = {};
    do {
      const { items, metadata } = await this.#client.of(Events).list({ limit: pageSize, ...next });
      yield* items;
      next = metadata.continue ? { continue: metadata.continue } : {};
    } while (next.continue !== undefined);
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
