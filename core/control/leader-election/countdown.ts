// Countdown: a time that runs out once, by the clock's timers, which no correction of the machine's date can hurry.

import type { Cancel, Clock } from '../../contracts/clock.ts';

export class Countdown {
  isOver = false;
  readonly #cancel: Cancel;

  /** @param ms until `then` is called */
  constructor(clock: Pick<Clock, 'schedule'>, ms: number, then: () => void = () => {}) {
    this.#cancel = clock.schedule(ms, () => {
      this.isOver = true;
      then();
    });
  }

  /** It will not run out any more. */
  cancel(): void {
    this.#cancel();
  }
}
