// RxJS on any Clock: `debounceTime(100, clock.scheduler)` waits in the clock's time, not the machine's.

import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Cancel, Clock } from '../contracts/clock.ts';

type Work<T> = (this: SchedulerAction<T>, state: T) => void;

class ClockAction<T> extends Subscription implements SchedulerAction<T> {
  #cancel: Cancel | undefined;
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #work: Work<T>;

  constructor(clock: Pick<Clock, 'schedule'>, work: Work<T>) {
    super(() => this.#cancel?.());
    this.#clock = clock;
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.#cancel?.();
    this.#cancel = this.#clock.schedule(delay, () => this.#work.call(this, state as T));
    return this;
  }
}

export class ClockScheduler implements SchedulerLike {
  readonly #clock: Pick<Clock, 'now' | 'schedule'>;

  constructor(clock: Pick<Clock, 'now' | 'schedule'>) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  schedule<T>(work: Work<T>, delay = 0, state?: T): Subscription {
    return new ClockAction(this.#clock, work).schedule(state, delay);
  }
}
