// EventCorrelator: keeps a component that says the same thing all day from filling the store. Three rules, in order,
// with client-go's numbers (tools/record/events_cache.go):
//   one source, one object    25 events at once, then one in five minutes; what exceeds it is dropped
//   same reason, other words  after ten within ten minutes they are told as one "(combined from similar events)"
//   same reason, same words   the count of the event that is there goes up
// Always true: it remembers at most 4096 kinds of news and forgets the one not heard of for longest.

import type { Clock } from '../contracts/clock.ts';
import type { ObjectReference } from '../model/object-reference.ts';

/** What was told. */
export interface News {
  readonly object: ObjectReference;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly action?: string;
}

/** What to write of it. */
export interface Wanted {
  /** To tell `written` by. */
  readonly key: string;
  readonly message: string;
  readonly count: number;
  /** Name of the event to raise; undefined: a new one. */
  readonly existing: string | undefined;
}

const remembered = 4096;
const burst = 25;
/** Milliseconds in which one more event about an object is allowed. */
const refill = 300_000;
const similarAtMost = 10;
/** Milliseconds. */
const similarWithin = 600_000;

export class EventCorrelator {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #allowances = new Recent<{ tokens: number; at: number }>(remembered);
  readonly #similar = new Recent<{ readonly messages: Set<string>; at: number }>(remembered);
  readonly #told = new Recent<{ count: number; name: string | undefined }>(remembered);

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Undefined: too much about this object; do not write it. */
  observe(news: News): Wanted | undefined {
    const { object } = news;
    const subject = JSON.stringify([object.kind, object.namespace, object.name, object.uid, object.apiVersion]);
    if (!this.#isAllowed(subject)) return undefined;
    const group = JSON.stringify([subject, object.fieldPath, news.type, news.reason, news.action]);
    const combined = this.#isOneOfMany(group, news.message);
    const message = combined ? `(combined from similar events): ${news.message}` : news.message;
    const key = combined ? group : JSON.stringify([group, news.message]);
    const told = this.#told.get(key) ?? { count: 0, name: undefined };
    told.count += 1;
    this.#told.set(key, told);
    return { key, message, count: told.count, existing: told.name };
  }

  /** The news stands in the event of that name. */
  written(key: string, name: string): void {
    const told = this.#told.get(key);
    if (told) told.name = name;
  }

  /** A bucket of tokens for each object. */
  #isAllowed(subject: string): boolean {
    const now = this.#clock.now();
    const { tokens, at } = this.#allowances.get(subject) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + (now - at) / refill);
    this.#allowances.set(subject, { tokens: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1;
  }

  #isOneOfMany(group: string, message: string): boolean {
    const now = this.#clock.now();
    const known = this.#similar.get(group);
    const similar = known && now - known.at <= similarWithin ? known : { messages: new Set<string>(), at: now };
    similar.at = now;
    similar.messages.add(message);
    this.#similar.set(group, similar);
    if (similar.messages.size < similarAtMost) return false;
    similar.messages.delete(similar.messages.values().next().value ?? '');
    return true;
  }
}

/** A map that keeps what was used last. */
class Recent<T> {
  readonly #map = new Map<string, T>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): T | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: T): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > this.#limit) this.#map.delete(this.#map.keys().next().value ?? '');
  }
}
