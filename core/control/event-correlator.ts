// EventCorrelator: keeps a component that says the same thing all day from filling the store. Three rules, in order,
// with client-go's numbers (tools/record/events_cache.go):
//   one source, one object    25 events at once, then one in five minutes; what exceeds it is dropped
//   same reason, other words  after ten within ten minutes they are told as one "(combined from similar events)"
//   same reason, same words   the count of the event that is there goes up
// Always true: it remembers what was told of so many objects at most and forgets the one not heard of for longest, so
// that thousands of kubelets in one process can share one (with 4096 each, they would hold a gigabyte of it).

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

/** An event that stands for what was told in these words. */
interface Said {
  readonly message: string;
  count: number;
  /** Name of the event, once it is written. */
  name: string | undefined;
}

/** What to write of it. */
export interface Wanted {
  readonly message: string;
  readonly count: number;
  /** Name of the event to raise; undefined: a new one. */
  readonly existing: string | undefined;
  /** To be called with the event's name once it is written. */
  written(name: string): void;
}

/** News of one object that differs in its words only. */
interface Topic extends Pick<News, 'type' | 'reason'> {
  readonly action: string | undefined;
  readonly fieldPath: string | undefined;
  /** Told last, in milliseconds since 1970. */
  at: number;
  /** Words of the last ten minutes. */
  recent: readonly string[];
  said: readonly Said[];
  combined: Said | undefined;
}

/** Everything told of one object. */
interface Subject {
  tokens: number;
  /** Milliseconds since 1970. */
  at: number;
  topics: readonly Topic[];
}

const burst = 25;
/** Milliseconds in which one more event about an object is allowed. */
const refill = 300_000;
const similarAtMost = 10;
/** Milliseconds. */
const similarWithin = 600_000;

export class EventCorrelator {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #capacity: number;
  /** The one not heard of for longest first. */
  readonly #subjects = new Map<string, Subject>();

  /** @param capacity how many objects are remembered */
  constructor(clock: Pick<Clock, 'now'>, capacity = 4096) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Undefined: too much about this object; do not write it. */
  observe(news: News): Wanted | undefined {
    const now = this.#clock.now();
    const subject = this.#subject(news.object, now);
    if (!isAllowed(subject, now)) return undefined;
    const topic = topicOf(subject, news);
    const combined = isOneOfMany(topic, news.message, now);
    const said = combined ? combinedOf(topic) : saidOf(topic, news.message);
    said.count += 1;
    return {
      message: combined ? `(combined from similar events): ${news.message}` : news.message,
      count: said.count,
      existing: said.name,
      written: (name) => {
        said.name = name;
      },
    };
  }

  #subject({ kind, namespace = '', name, uid = '', apiVersion = '' }: ObjectReference, now: number): Subject {
    const key = `${uid} ${kind} ${apiVersion} ${namespace} ${name}`;
    const subject = this.#subjects.get(key) ?? { tokens: burst, at: now, topics: [] };
    this.#subjects.delete(key);
    this.#subjects.set(key, subject);
    if (this.#subjects.size > this.#capacity) this.#subjects.delete(this.#subjects.keys().next().value ?? '');
    return subject;
  }
}

/** A bucket of tokens for each object. */
function isAllowed(subject: Subject, now: number): boolean {
  const filled = Math.min(burst, subject.tokens + (now - subject.at) / refill);
  subject.tokens = filled >= 1 ? filled - 1 : filled;
  subject.at = now;
  return filled >= 1;
}

// Lists are put together, not added to: one that grows, by `push` or behind a spread, keeps room for seventeen.

function topicOf(subject: Subject, { object: { fieldPath }, type, reason, action }: News): Topic {
  for (const topic of subject.topics) {
    if (topic.reason !== reason || topic.fieldPath !== fieldPath) continue;
    if (topic.type === type && topic.action === action) return topic;
  }
  const topic: Topic = { fieldPath, type, reason, action, at: 0, recent: [], said: [], combined: undefined };
  // Of whoever finds ever new reasons, the oldest are forgotten.
  subject.topics = subject.topics.slice(1 - burst).concat([topic]);
  return topic;
}

function isOneOfMany(topic: Topic, message: string, now: number): boolean {
  if (now - topic.at > similarWithin) topic.recent = [];
  topic.at = now;
  if (!topic.recent.includes(message)) topic.recent = topic.recent.concat([message]);
  if (topic.recent.length < similarAtMost) return false;
  topic.recent = topic.recent.slice(1);
  return true;
}

function saidOf(topic: Topic, message: string): Said {
  const known = topic.said.find((one) => one.message === message);
  if (known) return known;
  const fresh: Said = { message, count: 0, name: undefined };
  topic.said = topic.said.slice(1 - burst).concat([fresh]);
  return fresh;
}

function combinedOf(topic: Topic): Said {
  topic.combined ??= { message: '', count: 0, name: undefined };
  return topic.combined;
}
