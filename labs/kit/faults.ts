// Faults: what goes wrong for the student's part, and for nobody else. Each is noted with its time, for the timeline.
//
//   world.faults.cutWatches();                  the watches end in good order, and are begun again by the informers
//   world.faults.lateness(500);                 from now on what watches bring comes half a second late
//   world.faults.failWrites(2);                 the next two writes are refused with a Conflict
//   world.faults.loseAnswers(1);                the next write is done, but its answer is lost: it seems to have failed
//   world.faults.slow(300);                     each call takes 300 ms
//   await world.faults.restartPart();           the part is gone in the middle of its work; a new one begins
//   world.faults.storm({ every: 3 });           one of these every 3 seconds, drawn from the seed, until calm()
// Where the part is the store, nobody could tell its own faults from planted ones: they reach those around it (faulty-store.ts).
// Always true: the same seed gives the same faults at the same instants.

import type { Cancel, Clock } from '../../core/contracts/clock.ts';
import type { Random } from '../../core/contracts/random.ts';
import { ApiError, conflict, expired } from '../../core/model/status.ts';
import type { Call } from '../../core/testing/faulty-client.ts';
import type { TimelineRow } from './lab.ts';
import { isChange, keyOfCall } from './part-calls.ts';

export type FaultKind = 'cut' | 'expire' | 'late' | 'fail' | 'lose' | 'slow' | 'restart';

export interface Storm {
  /** Seconds between two faults. */
  readonly every: number;
  /** Which there are; all but `restart` unless told. */
  readonly kinds?: readonly FaultKind[];
}

/** What faults reach: the part's client, or whatever the API server asks instead of the part that is the store. */
export interface Target {
  /** Ends the watches: in good order, or with the error. */
  cutWatches(error?: unknown): void;
  /** Milliseconds by which what watches bring comes late. */
  lateness: number;
}

/** A restart that has begun. */
export interface Restart {
  /** `your part`, `the scheduler` */
  readonly who: string;
  readonly done: Promise<void>;
}

/** How long a lateness or slowness of a storm is at most, milliseconds. */
const longest = 1500;

export class Faults {
  /** Each fault, for timelines: `what` is `fault`, `object` says which. */
  readonly log: TimelineRow[] = [];
  /** Called by restartPart: ends the part (of a store: somebody who works with it) and starts another. */
  restart: () => Restart = () => ({ who: 'your part', done: Promise.resolve() });
  /** Lets time pass until the work is done. */
  wait: (work: Promise<void>) => Promise<void> = (work) => work;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #seconds: () => number;
  #target: Target | undefined;
  #lateness = 0;
  #delay = 0;
  #refusals: { wanted: (call: Call) => boolean; left: number; error: ((call: Call) => ApiError) | undefined }[] = [];
  #losses = 0;
  #endStorm: Cancel = () => {};

  constructor(clock: Clock, random: Random, seconds: () => number) {
    this.#clock = clock;
    this.#random = random;
    this.#seconds = seconds;
  }

  /** `watch cut at 2.000 s`, for why-lines; undefined before the first. */
  get last(): string | undefined {
    return this.log.at(-1)?.object;
  }

  /** Ends the part's watches: in good order, or with the error. Informers begin them again. */
  cutWatches(error?: ApiError): void {
    this.note(error ? `watch cut (${error.reason})` : 'watch cut');
    this.#target?.cutWatches(error);
  }

  /** What watches bring comes so many milliseconds late from now on: caches are stale by so much. 0: as before. */
  lateness(ms: number): void {
    if (ms !== this.#lateness) this.note(ms === 0 ? 'watches in time again' : `watches ${ms} ms late`);
    this.#lateness = ms;
    if (this.#target) this.#target.lateness = ms;
  }

  /** Refuses writes: the next so many, or each for which the function says so (for ever). Conflict unless told. */
  failWrites(which: number | ((call: Call) => boolean), error?: ApiError): void {
    const wanted = typeof which === 'number' ? () => true : which;
    const left = typeof which === 'number' ? which : Number.POSITIVE_INFINITY;
    this.#refusals.push({ wanted, left, error: error && (() => error) });
  }

  /** The next so many writes are done, but the part is told that they timed out. */
  loseAnswers(count: number): void {
    this.#losses += count;
  }

  /** Each call of the part takes so many milliseconds from now on. 0: as before. */
  slow(ms: number): void {
    if (ms !== this.#delay) this.note(ms === 0 ? 'calls fast again' : `calls take ${ms} ms`);
    this.#delay = ms;
  }

  /** The part is gone at once, whatever it was doing, with all it knew; comes back when another one works. */
  async restartPart(): Promise<void> {
    await this.wait(this.#restarted());
  }

  /** A fault every so many seconds, until calm(). */
  storm({ every, kinds = ['cut', 'expire', 'late', 'fail', 'lose', 'slow'] }: Storm): void {
    this.#endStorm();
    const random = this.#random.fork('storm');
    const strike = () => {
      this.#endStorm = this.#clock.schedule(every * 1000, strike);
      this.#strike(random.pick(kinds)!, random);
    };
    this.#endStorm = this.#clock.schedule(every * 1000, strike);
  }

  /** Ends the storm and everything that lasts: from now on nothing goes wrong. */
  calm(): void {
    this.#endStorm();
    this.#refusals = [];
    this.#losses = 0;
    this.lateness(0);
    this.slow(0);
  }

  /** Called with each client that the part gets: from now on the faults reach that one. */
  reach(target: Target): void {
    this.#target = target;
    target.lateness = this.#lateness;
  }

  /** What a call takes longer at this moment. */
  async pause(): Promise<void> {
    if (this.#delay > 0) await this.#clock.sleep(this.#delay);
  }

  /** What happens to a call before it is made. @throws ApiError */
  async before(call: Call): Promise<void> {
    if (this.#delay > 0 && call.verb !== 'watch') await this.pause();
    if (!isChange(call)) return;
    const refusal = this.#refusals.find(({ left, wanted }) => left > 0 && wanted(call));
    if (!refusal) return;
    refusal.left -= 1;
    const error = refusal.error?.(call) ?? conflict(call.resource, call.name ?? '');
    this.note(`${call.verb} of ${keyOfCall(call)} refused (${error.reason})`);
    throw error;
  }

  /** What happens to the answer of a write. @throws ApiError in its place */
  after(call: Call): void {
    if (this.#losses === 0 || !isChange(call)) return;
    this.#losses -= 1;
    this.note(`answer to ${call.verb} of ${keyOfCall(call)} lost`);
    throw new ApiError(504, 'Timeout', 'the answer did not arrive in time');
  }

  #strike(kind: FaultKind, random: Random): void {
    if (kind === 'cut') this.cutWatches();
    else if (kind === 'expire') this.cutWatches(expired('too old resource version'));
    else if (kind === 'late') this.lateness(this.#lateness > 0 ? 0 : 1 + random.int(longest));
    else if (kind === 'slow') this.slow(this.#delay > 0 ? 0 : 1 + random.int(longest / 3));
    else if (kind === 'fail') this.failWrites(1);
    else if (kind === 'lose') this.loseAnswers(1);
    else void this.#restarted();
  }

  #restarted(): Promise<void> {
    const { who, done } = this.restart();
    this.note(`${who} restarted`);
    return done;
  }

  /** Writes a fault down, for timelines; of faults that are not made here too. */
  note(what: string): void {
    const at = this.#seconds();
    this.log.push({ at, what: 'fault', object: `${what} at ${at.toFixed(3)} s`, by: 'the check' });
  }
}
