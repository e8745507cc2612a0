// Virtual time: one ordered queue of instants. It stands still until it is told to move, and then moves one instant
// at a time, letting all work that an instant set off come to rest before the next one.
//   const clock = new VirtualClock();
//   await clock.advance(40_000);                          40 seconds of cluster time pass
//   await clock.runUntil(() => pods().every(running));    as long as it takes, within a limit
//   clock.pause = async () => { ... };                    whoever looks between instants, in the machine's own time
// Always true: work scheduled for one instant runs in the order in which it was scheduled; nothing of the machine's
// clock shows. Work at rest means: every promise that can go on without time has gone on, and nothing is held.

import { interval, map, type Observable, type SchedulerLike, timer } from 'rxjs';
import type { Cancel, Clock } from '../contracts/clock.ts';
import { ClockScheduler } from './clock-scheduler.ts';
import { Heap } from './heap.ts';
import { sleepOn } from './real-clock.ts';
import { nextTurn } from './turn.ts';

interface Appointment {
  readonly at: number;
  readonly order: number;
  work: (() => void) | undefined;
}

export class VirtualClock implements Clock {
  readonly scheduler: SchedulerLike = new ClockScheduler(this);
  /** Waited for before each further instant, when all before it is at rest: virtual time stands still for as long as it takes. */
  pause: (() => Promise<void>) | undefined;
  readonly #queue = new Heap<Appointment>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  #now: number;
  #order = 0;
  #held = 0;
  #moving = false;
  #instants = 1;

  /** @param start milliseconds since 1970; 2026-01-01T00:00:00Z unless told. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** How many instants have begun, the start among them; the same seed and the same count are the same moment of one history. */
  get instants(): number {
    return this.#instants;
  }

  schedule(ms: number, work: () => void): Cancel {
    const appointment: Appointment = { at: this.#now + Math.max(0, ms), order: this.#order++, work };
    this.#queue.push(appointment);
    return () => {
      appointment.work = undefined;
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  timer(ms: number): Observable<0> {
    return timer(ms, this.scheduler).pipe(map((): 0 => 0));
  }

  every(ms: number): Observable<number> {
    return interval(ms, this.scheduler);
  }

  hold<T>(promise: Promise<T>): Promise<T> {
    this.#held += 1;
    const release = () => {
      this.#held -= 1;
    };
    promise.then(release, release);
    return promise;
  }

  /** Lets all work that needs no time come to rest. */
  async settle(): Promise<void> {
    do await nextTurn();
    while (this.#held > 0);
  }

  /** Lets `ms` pass, instant by instant; ends at rest. */
  async advance(ms: number): Promise<void> {
    await this.#move(this.#now + ms, () => false);
  }

  /**
   * Lets time pass until the condition holds, looking after each instant.
   * @throws Error when it still does not hold after `within` milliseconds of virtual time.
   */
  async runUntil(condition: () => boolean, within = 3_600_000): Promise<void> {
    const start = this.#now;
    await this.#move(start + within, condition);
    if (!condition()) throw new Error(`the condition does not hold after ${within} ms of virtual time: ${condition}`);
  }

  /** Whether anything waits for a time to come, and when the next of it is due. */
  get next(): number | undefined {
    return this.#nextAppointment()?.at;
  }

  async #move(until: number, condition: () => boolean): Promise<void> {
    if (this.#moving) throw new Error('virtual time is already being moved; wait for that to end');
    this.#moving = true;
    try {
      await this.settle();
      while (!condition()) {
        const next = this.#nextAppointment();
        const isNothingDue = !next || next.at > until;
        if (isNothingDue && until <= this.#now) return;
        if (this.pause) await this.pause();
        this.#now = isNothingDue ? until : next.at;
        this.#instants += 1;
        if (isNothingDue) return;
        this.#runDue();
        // As `settle` does; there may be a million instants in an hour of many nodes.
        do await nextTurn();
        while (this.#held > 0);
      }
    } finally {
      this.#moving = false;
    }
  }

  /** Runs what is due at this instant and was scheduled before it began; what that schedules for now comes after it settles. */
  #runDue(): void {
    const begun = this.#order;
    for (let next = this.#nextAppointment(); next && next.at <= this.#now; next = this.#nextAppointment()) {
      if (next.order >= begun) return;
      this.#queue.pop();
      next.work?.();
    }
  }

  #nextAppointment(): Appointment | undefined {
    while (this.#queue.peek() && !this.#queue.peek()?.work) this.#queue.pop();
    return this.#queue.peek();
  }
}
