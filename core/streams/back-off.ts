// Back-off: how long to wait before the next attempt, longer after each failure, never at the same beat as others.
//
//   const backOff = new BackOff(random, { base: 800, cap: 30_000 });
//   await clock.sleep(backOff.next());      0.8 to 1.6 s, then 1.6 to 3.2 s, ... up to 30 to 60 s
//   backOff.reset();                        it worked
//
// In Kubernetes: wait.NewExponentialBackoffManager(800ms, 30s, 2min, 2.0, 1.0), which client-go's reflector uses.

import type { Random } from '../contracts/random.ts';

export interface BackOffLimits {
  /** First wait, in milliseconds, before chance is added. */
  readonly base: number;
  /** Longest wait, in milliseconds, before chance is added. */
  readonly cap: number;
}

/** client-go's for lists and watches. */
export const watchBackOff: BackOffLimits = { base: 800, cap: 30_000 };

export class BackOff {
  readonly #random: Pick<Random, 'next'>;
  readonly #limits: BackOffLimits;
  #failures = 0;

  constructor(random: Pick<Random, 'next'>, limits: BackOffLimits = watchBackOff) {
    this.#random = random;
    this.#limits = limits;
  }

  /** Failures since it last worked. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait now: the doubled wait, and by chance up to as much again, so that a crowd spreads out. */
  next(): number {
    const { base, cap } = this.#limits;
    const wait = Math.min(cap, base * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return wait * (1 + this.#random.next());
  }

  reset(): void {
    this.#failures = 0;
  }
}
