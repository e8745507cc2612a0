// Time to live: keys that go by themselves. Deadlines are kept on disk with their keys, so that they outlive the process.
// Always true: a deadline is over for what it was put with, and for nothing that was put since; when the disk refuses, the
//   key stays, and goes later.

import type { Cancel, Clock } from '../../core/contracts/clock.ts';
import { Conflict, type Revision } from '../../core/contracts/store.ts';

/** Milliseconds until a deletion that the disk has refused is tried again, as in etcd (lessor.go, expiredLeaseRetryInterval). */
const retryPeriod = 3000;

/** Deletes the key if it still stands at the revision. @throws Conflict when it does not; whatever the disk says */
type Expire = (key: string, revision: Revision) => Promise<unknown>;

export class TimeToLive {
  readonly #clock: Pick<Clock, 'now' | 'schedule'>;
  readonly #expire: Expire;
  readonly #timers = new Map<string, Cancel>();
  #stopped = false;

  constructor(clock: Pick<Clock, 'now' | 'schedule'>, expire: Expire) {
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

  /** What was put at the revision goes at that time; undefined: it stays. What was said of the key before does not count any more. */
  set(key: string, revision: Revision, deadline: number | undefined): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    if (deadline !== undefined) this.#later(key, revision, Math.max(0, deadline - this.#clock.now()));
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #later(key: string, revision: Revision, ms: number): void {
    const cancel = this.#clock.schedule(ms, () => {
      this.#timers.delete(key);
      void this.#end(key, revision);
    });
    this.#timers.set(key, cancel);
  }

  async #end(key: string, revision: Revision): Promise<void> {
    try {
      await this.#expire(key, revision);
    } catch (error) {
      // It was put again, or deleted, while it waited for the disk: that has said what becomes of it.
      if (error instanceof Conflict || this.#stopped || this.#timers.has(key)) return;
      this.#later(key, revision, retryPeriod);
    }
  }
}
