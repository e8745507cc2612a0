// WorkQueue: which keys still need a look.
//
//   queue.add(key)               "something changed"; adding twice is adding once
//   queue.addAfter(key, 5000)    look again in five seconds
//   queue.addRateLimited(key)    it failed: 5 ms, 10 ms, 20 ms, ... up to 1000 s; forget(key) when it worked
//   const key = await queue.next(); ...; queue.done(key)
//
// Always true: one key is never handed out twice at the same time; a key added while it is handled is handed out once
// more afterwards; keys come out in the order in which they came in; and none comes out twice in one turn of the event
// loop, so that a thousand changes that come together (the pods of one ReplicaSet, say) are one look, not a thousand.
// In Kubernetes: client-go util/workqueue.

import type { Cancel, Clock } from '../contracts/clock.ts';
import { nextTurn } from '../time/turn.ts';

/** client-go's ItemExponentialFailureRateLimiter, in milliseconds. */
const firstRetry = 5;
const longestRetry = 1_000_000;

export class WorkQueue {
  readonly #clock: Pick<Clock, 'now' | 'schedule' | 'hold'>;
  /** Keys in order, from `#head` on; consumed ones are cut off now and then. */
  #line: string[] = [];
  #head = 0;
  /** Needs a look: in line, or handled and changed since. */
  readonly #dirty = new Set<string>();
  readonly #processing = new Set<string>();
  /** Handed out in this turn of the event loop. */
  readonly #handed = new Set<string>();
  /** Handed out in this turn already: in line with the next. */
  #nextTurn: string[] = [];
  readonly #later = new Map<string, { readonly at: number; readonly cancel: Cancel }>();
  readonly #failures = new Map<string, number>();
  #idle: ((key: string | undefined) => void)[] = [];
  #ended = false;

  constructor(clock: Pick<Clock, 'now' | 'schedule' | 'hold'>) {
    this.#clock = clock;
  }

  /** Keys that wait to be handed out now. */
  get length(): number {
    return this.#line.length - this.#head;
  }

  /** Whether there is nothing to do now and nothing being done (keys for later do not count). */
  get isIdle(): boolean {
    return this.length === 0 && this.#nextTurn.length === 0 && this.#processing.size === 0;
  }

  add(key: string): void {
    if (this.#ended || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#push(key);
  }

  /** Adds it after so many milliseconds. Of several times asked for, the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#ended) return;
    if (ms <= 0) return this.add(key);
    const at = this.#clock.now() + ms;
    const there = this.#later.get(key);
    if (there && there.at <= at) return;
    there?.cancel();
    const cancel = this.#clock.schedule(ms, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { at, cancel });
  }

  /** Adds it after its back-off, which doubles each time until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(longestRetry, firstRetry * 2 ** Math.min(failures, 60)));
  }

  /** Failures in a row. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, as soon as there is one; undefined when the queue has ended. Say `done` afterwards. */
  next(): Promise<string | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    const key = this.#shift();
    if (key !== undefined) return Promise.resolve(this.#hand(key));
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key)) this.#push(key);
  }

  /** Nothing is handed out any more, no timer is left. */
  end(): void {
    this.#ended = true;
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    this.#line = [];
    this.#head = 0;
    this.#nextTurn = [];
    this.#dirty.clear();
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve(undefined);
  }

  #push(key: string): void {
    if (this.#ended) return;
    if (this.#handed.has(key)) {
      this.#nextTurn.push(key);
      return;
    }
    const waiting = this.#idle.shift();
    if (waiting) waiting(this.#hand(key));
    else this.#line.push(key);
  }

  #hand(key: string): string {
    this.#dirty.delete(key);
    this.#processing.add(key);
    if (this.#handed.size === 0) this.#clock.hold(nextTurn()).then(() => this.#turn());
    this.#handed.add(key);
    return key;
  }

  #turn(): void {
    this.#handed.clear();
    const keys = this.#nextTurn;
    this.#nextTurn = [];
    for (const key of keys) this.#push(key);
  }

  #shift(): string | undefined {
    if (this.length === 0) return undefined;
    const key = this.#line[this.#head];
    this.#head += 1;
    // Cutting off at the half keeps the cost per key constant.
    if (this.#head * 2 > this.#line.length && this.#head > 64) {
      this.#line = this.#line.slice(this.#head);
      this.#head = 0;
    }
    return key;
  }
}
