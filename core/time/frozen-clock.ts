// Frozen clock: tells a cluster's time, which stands still, and waits in the machine's: connections are the machine's.

import { RealClock } from './real-clock.ts';

export class FrozenClock extends RealClock {
  readonly #time: () => number;

  /** @param time milliseconds since 1970, asked for each time */
  constructor(time: () => number) {
    super();
    this.#time = time;
  }

  override now(): number {
    return this.#time();
  }
}
