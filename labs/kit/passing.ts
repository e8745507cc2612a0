// Passing: how time passes in a world. It stops at the first thing that is wrong, at the instant at which it is.

import type { VirtualClock } from '../../core/time/virtual-clock.ts';
import type { Verdict } from './verdict.ts';

/** Virtual milliseconds for a cluster, or a part, to start or to stop. */
export const patience = 30_000;

/** Instants at one and the same time after which nobody believes any more that time goes on. */
const mostInstants = 20_000;

export class Passing {
  readonly #clock: VirtualClock;
  readonly #verdict: Verdict;
  /** Since how many instants it is the same time. */
  #stood = { at: 0, since: 0 };

  constructor(clock: VirtualClock, verdict: Verdict) {
    this.#clock = clock;
    this.#verdict = verdict;
  }

  /** @throws FailedCheck at the first thing that is wrong */
  async run(seconds: number): Promise<void> {
    this.#verdict.throwIfGiven();
    await this.#move(() => this.#verdict.isGiven, seconds * 1000);
    this.#verdict.throwIfGiven();
  }

  /** @returns whether the condition came true in time. @throws FailedCheck at the first thing that is wrong */
  async until(condition: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
    const clock = this.#clock;
    const end = clock.now() + seconds * 1000;
    await clock.settle();
    while (true) {
      this.#verdict.throwIfGiven();
      if (await condition()) return true;
      if (clock.now() >= end) return false;
      const { instants } = clock;
      await this.#move(() => this.#verdict.isGiven || clock.instants > instants, end - clock.now());
    }
  }

  /** Lets time pass until the work is done, whatever else is wrong. @returns why it is not; undefined when it is */
  async settled(work: Promise<unknown>): Promise<Error | undefined> {
    let result: { readonly error?: Error } | undefined;
    work.then(
      () => {
        result = {};
      },
      (error) => {
        result = { error: error instanceof Error ? error : new Error(String(error)) };
      },
    );
    await this.#move(() => result !== undefined, patience);
    return result ? result.error : new Error(`it did not come to an end within ${patience / 1000} s`);
  }

  /** Lets time pass until nothing waits for it any more. @returns whether that came to be */
  async isQuiet(ms: number): Promise<boolean> {
    await this.#move(() => this.#clock.next === undefined, ms);
    return this.#clock.next === undefined;
  }

  async #move(condition: () => boolean, ms: number): Promise<void> {
    const end = this.#clock.now() + ms;
    await this.#clock.runUntil(() => condition() || this.#isStuck() || this.#clock.now() >= end, Math.max(0, ms));
  }

  /** Whether instant follows instant and no time passes: a key that asks to be looked at again at once, for ever. */
  #isStuck(): boolean {
    const { instants } = this.#clock;
    const now = this.#clock.now();
    if (now !== this.#stood.at) this.#stood = { at: now, since: instants };
    if (instants - this.#stood.since < mostInstants) return false;
    this.#verdict.trouble({ message: 'never-rests', doing: 'reconcile', error: 'to look again without waiting' });
    return true;
  }
}
