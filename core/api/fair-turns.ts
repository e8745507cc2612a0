// Fair turns: in one process with everything that it serves, the API server could be kept busy without end by those who
// go on as soon as they are answered (a controller that makes ten thousand pods): nothing else, no timer and no socket,
// would have its turn. So one write in so many waits until the event loop has gone round.

import type { Clock } from '../contracts/clock.ts';
import { nextTurn } from '../time/turn.ts';

/** Writes in a turn: some milliseconds of work. */
const writesInTurn = 64;

export class FairTurns {
  readonly #clock: Pick<Clock, 'hold'>;
  #left = writesInTurn;

  constructor(clock: Pick<Clock, 'hold'>) {
    this.#clock = clock;
  }

  /** To be waited for before a write; undefined: go on at once. */
  take(): Promise<void> | undefined {
    this.#left -= 1;
    if (this.#left > 0) return undefined;
    this.#left = writesInTurn;
    return this.#clock.hold(nextTurn());
  }
}
