// Real time: the machine's clock and timers. The only file that may call them.

import { asyncScheduler, interval, map, type Observable, type SchedulerLike, timer } from 'rxjs';
import type { Cancel, Clock } from '../contracts/clock.ts';

export class RealClock implements Clock {
  readonly scheduler: SchedulerLike = asyncScheduler;

  now(): number {
    return Date.now();
  }

  schedule(ms: number, work: () => void): Cancel {
    const handle = setTimeout(work, ms);
    return () => clearTimeout(handle);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  timer(ms: number): Observable<0> {
    return timer(ms).pipe(map((): 0 => 0));
  }

  every(ms: number): Observable<number> {
    return interval(ms);
  }

  hold<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }
}

/** `sleep` in terms of `schedule`, for every clock. */
export function sleepOn(clock: Pick<Clock, 'schedule'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.schedule(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
