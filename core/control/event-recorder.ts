// EventRecorder: tells the news about an object, so that `kubectl describe` shows it.
//
//   recorder.event(pod, 'Normal', 'Scheduled', 'Successfully assigned default/web to node-1');
//   await recorder.stop();                what was told is written, then no more is taken
//
// Always true: `event` never throws and never waits; news is written in the order in which it was told, and repeated
// news raises the count of the event that is there. When the API cannot be reached, old news waits and, past a
// thousand, new news is dropped: events are a courtesy, nothing depends on them.
// In Kubernetes: client-go tools/record.

import type { ApiClient, ResourceClient } from '../contracts/api-client.ts';
import { type Clock, timestamp } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import { type Event, Events } from '../model/event.ts';
import type { Draft, KubeObject } from '../model/meta.ts';
import type { ObjectReference } from '../model/object-reference.ts';
import { revise } from '../model/revise.ts';
import { ApiError } from '../model/status.ts';
import { inOnePiece } from '../model/texts.ts';
import { EventCorrelator, type News } from './event-correlator.ts';

export type EventType = 'Normal' | 'Warning';

export interface EventRecorderOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** `default-scheduler`, `kubelet`, `replicaset-controller`. */
  readonly component: string;
  /** The node, where the component has one. */
  readonly host?: string;
  /** What was told already; the recorder's own unless given. */
  readonly correlator?: EventCorrelator;
}

/** Events that wait to be written, at most. */
const capacity = 1000;
/** Attempts to write an event while the API cannot be reached, and the wait between them in milliseconds; as client-go. */
const attempts = 12;
const pause = 10_000;

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #correlator: EventCorrelator;
  readonly #random: Random;
  readonly #queue: News[] = [];
  readonly #stopping = new AbortController();
  #writing: Promise<void> | undefined;
  /** Shared by all events of this recorder. */
  readonly #source: { readonly component: string; readonly host?: string };
  /** What was told of last: a container that is pulled, created and started is referred to three times. */
  #told:
    | { readonly about: object; readonly fieldPath: string | undefined; readonly reference: ObjectReference }
    | undefined;
  /** Nanoseconds of the last name given, so that no two are the same. */
  #lastInstant = 0n;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    const { component, host } = options;
    this.#source = { component, ...(host !== undefined && { host }) };
    this.#random = options.random.fork(`events of ${options.component} ${options.host ?? ''}`);
    this.#correlator = options.correlator ?? new EventCorrelator(options.clock);
  }

  /**
   * @param about the object, or a reference to it (mirror pods, nodes by name)
   * @param reason one word, CamelCase: `FailedScheduling`
   * @param fieldPath the part of the object: `spec.containers{web}`
   */
  event(
    about: KubeObject | ObjectReference,
    type: EventType,
    reason: string,
    message: string,
    action?: string,
    fieldPath?: string,
  ): void {
    if (this.#stopping.signal.aborted || this.#queue.length >= capacity) return;
    const object = this.#reference(about, fieldPath);
    this.#queue.push({ object, type, reason, message: inOnePiece(message), ...(action !== undefined && { action }) });
    this.#writing ??= this.#write();
  }

  /** Resolves when everything told so far is written (or given up). */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Writes what was told, without waiting for an API that is out of reach, and takes no more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.flush();
  }

  async #write(): Promise<void> {
    // Not in the caller's turn: an event must not change the order of what the caller does.
    await Promise.resolve();
    for (let news = this.#queue[0]; news; news = this.#queue[0]) {
      await this.#writeOne(news);
      this.#queue.shift();
    }
    this.#writing = undefined;
  }

  async #writeOne(news: News): Promise<void> {
    const wanted = this.#correlator.observe(news);
    if (!wanted) return;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        const events = this.#options.client.of(Events).in(news.object.namespace ?? 'default');
        const written = await this.#send(events, wanted.existing, { ...news, message: wanted.message }, wanted.count);
        wanted.written(written.metadata.name);
        return;
      } catch (error) {
        // The server's no is final (the namespace is going away, for one); silence is not.
        if (error instanceof ApiError || this.#stopping.signal.aborted) return;
        await this.#options.clock.sleep(pause, this.#stopping.signal).catch(() => {});
      }
    }
  }

  /** Raises the count of the event that is there; makes a new one when there is none (any more). */
  async #send(events: ResourceClient<Event>, existing: string | undefined, news: News, count: number): Promise<Event> {
    if (existing !== undefined) {
      try {
        const change = { count, message: news.message, lastTimestamp: timestamp(this.#options.clock) };
        return await events.patch(existing, change, { type: 'strategic' });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
      }
    }
    return events.create(this.#draft(news, count));
  }

  #draft(news: News, count: number): Draft<Event> {
    const { clock, component, host } = this.#options;
    const now = timestamp(clock);
    return {
      metadata: { name: `${news.object.name}.${this.#instant()}`, namespace: news.object.namespace ?? 'default' },
      involvedObject: news.object,
      reason: news.reason,
      message: news.message,
      source: this.#source,
      firstTimestamp: now,
      lastTimestamp: now,
      count,
      type: news.type,
      ...(news.action !== undefined && { action: news.action }),
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }

  #reference(about: KubeObject | ObjectReference, fieldPath: string | undefined): ObjectReference {
    if (this.#told?.about !== about || this.#told.fieldPath !== fieldPath) {
      const path = fieldPath && inOnePiece(fieldPath);
      this.#told = { about, fieldPath, reference: referenceTo(about, path) };
    }
    return this.#told.reference;
  }

  /** The time in hexadecimal nanoseconds. Our clocks count milliseconds; chance fills in the rest. */
  #instant(): string {
    const now = BigInt(Math.floor(this.#options.clock.now())) * 1_000_000n + BigInt(this.#random.int(1_000_000));
    this.#lastInstant = now > this.#lastInstant ? now : this.#lastInstant + 1n;
    return this.#lastInstant.toString(16);
  }
}

/** How an event names its object, or the part of it at `fieldPath`. */
export function referenceTo(about: KubeObject | ObjectReference, fieldPath?: string): ObjectReference {
  if (!('metadata' in about)) return revise(about, { fieldPath });
  const { apiVersion, kind, metadata } = about as KubeObject;
  return {
    kind,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid,
    apiVersion,
    resourceVersion: metadata.resourceVersion,
    ...(fieldPath !== undefined && { fieldPath }),
  };
}
