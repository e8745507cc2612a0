// Step clock: time that moves only when it is told to, at once, in the caller's own turn: for the scheduler alone, where an
// attempt takes a millisecond whatever it takes, so that back-offs and churn come at the same pod in every run.

import { interval, map, type Observable, type SchedulerLike, timer } from 'rxjs';
import type { Cancel, Clock } from '../../../../core/contracts/clock.ts';
import { ClockScheduler } from '../../../../core/time/clock-scheduler.ts';
import { Heap } from '../../../../core/time/heap.ts';
import { sleepOn } from '../../../../core/time/real-clock.ts';

interface Appointment {
  readonly at: number;
  readonly order: number;
  work: (() => void) | undefined;
}

export class StepClock implements Clock {
  readonly scheduler: SchedulerLike = new ClockScheduler(this);
  readonly #queue = new Heap<Appointment>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  #now = Date.UTC(2026, 0, 1);
  #order = 0;

  now(): number {
    return this.#now;
  }

  /** When something is to happen next. */
  get next(): number | undefined {
    for (let first = this.#queue.peek(); first; first = this.#queue.peek()) {
      if (first.work) return first.at;
      this.#queue.pop();
    }
    return undefined;
  }

  /** To that instant, with all that is to happen until then. */
  moveTo(instant: number): void {
    for (let at = this.next; at !== undefined && at <= instant; at = this.next) {
      this.#now = at;
      const { work } = this.#queue.pop()!;
      work?.();
    }
    this.#now = Math.max(this.#now, instant);
  }

  schedule(milliseconds: number, work: () => void): Cancel {
    const appointment: Appointment = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, work };
    this.#queue.push(appointment);
    return () => {
      appointment.work = undefined;
    };
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, milliseconds, signal);
  }

  timer(milliseconds: number): Observable<0> {
    return timer(milliseconds, this.scheduler).pipe(map((): 0 => 0));
  }

  every(milliseconds: number): Observable<number> {
    return interval(milliseconds, this.scheduler);
  }

  hold<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }
}
