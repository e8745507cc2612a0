// Time to live: keys that go by themselves. Deadlines are kept on disk with their keys, so that they outlive the process.

import type { Cancel, Clock } from '../../core/contracts/clock.ts';

export class TimeToLive {
  readonly #clock: Pick<Clock, 'now' | 'schedule'>;
  readonly #expire: (key: string) => void;
  readonly #timers = new Map<string, Cancel>();

  constructor(clock: Pick<Clock, 'now' | 'schedule'>, expire: (key: string) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** When a key that is put now is over. @param ttl seconds */
  deadline(ttl: number): number {
    return this.#clock.now() + ttl * 1000;
  }

  /** Seconds until then. */
  left(deadline: number): number {
    return Math.max(0, deadline - this.#clock.now()) / 1000;
  }

  /** The key goes at that time; undefined: it stays. */
  set(key: string, deadline: number | undefined): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    if (deadline === undefined) return;
    const expire = () => {
      this.#timers.delete(key);
      this.#expire(key);
    };
    this.#timers.set(key, this.#clock.schedule(Math.max(0, deadline - this.#clock.now()), expire));
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
