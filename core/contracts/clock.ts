// Clock: the only source of time. Everything that waits, waits on a Clock; so a whole cluster can run in
// virtual time, where an hour passes in a moment and the same seed gives the same history.

import type { Observable, SchedulerLike } from 'rxjs';
import { slot } from '../cluster/token.ts';

/** Ends what was scheduled; calling it again, or too late, does nothing. */
export type Cancel = () => void;

/** Tells the time and wakes those who wait for it. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Calls `work` once, `ms` from now. The primitive that all others are made of. */
  schedule(ms: number, work: () => void): Cancel;
  /** Resolves `ms` from now; rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Emits 0 once, `ms` from now, and completes. */
  timer(ms: number): Observable<0>;
  /** Emits 0, 1, 2, ... every `ms`, the first one `ms` from now. */
  every(ms: number): Observable<number>;
  /** The same time for RxJS operators: `debounceTime(100, clock.scheduler)`. */
  readonly scheduler: SchedulerLike;
  /**
   * Tells virtual time to stand still until the promise is settled, and gives the promise back. For work that needs
   * real turns of the event loop (cryptography, dynamic imports). In real time it does nothing.
   */
  hold<T>(promise: Promise<T>): Promise<T>;
}
export const Clock = slot<Clock>('Clock');

/** Time as the API writes it: RFC 3339, whole seconds, as `metav1.Time`. */
export function timestamp(clock: Pick<Clock, 'now'>): string {
  const second = Math.floor(clock.now() / 1000);
  if (second !== written.second) {
    written.second = second;
    written.text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  }
  return written.text;
}

/** The second that was written last: thousands of objects are made in one. */
const written = { second: Number.NaN, text: '' };

/** Time as `metav1.MicroTime` writes it: RFC 3339 with six digits. */
export function microTimestamp(clock: Pick<Clock, 'now'>): string {
  const now = clock.now();
  if (now !== precise.now) {
    precise.now = now;
    precise.text = new Date(now).toISOString().replace('Z', '000Z');
  }
  return precise.text;
}

/** The instant that was written last: thousands of nodes show life in one. */
const precise = { now: Number.NaN, text: '' };
