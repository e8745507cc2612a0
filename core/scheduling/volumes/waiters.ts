// Waiters: those who wait until something is true that depends on a few objects; looked at when one of these has changed.

import type { Clock } from '../../contracts/clock.ts';

interface Waiter {
  look(): void;
}

export class Waiters {
  readonly #byKey = new Map<string, Set<Waiter>>();

  /**
   * Resolves when `holds` does. @throws what `holds` throws; Error when the time is over; the signal's reason
   * @param keys of the objects that it depends on
   * @param time at most so many milliseconds
   */
  async until(
    holds: () => boolean,
    keys: readonly string[],
    time: { readonly clock: Clock; readonly atMost: number },
    signal: AbortSignal,
  ): Promise<void> {
    const over = new AbortController();
    let waiter: Waiter | undefined;
    const held = new Promise<void>((resolve, reject) => {
      waiter = {
        look: () => {
          try {
            if (holds()) resolve();
          } catch (error) {
            reject(error);
          }
        },
      };
      for (const key of keys) this.#of(key).add(waiter);
      waiter.look();
    });
    const tooLate = time.clock.sleep(time.atMost, AbortSignal.any([signal, over.signal])).then(() => {
      throw new Error('context deadline exceeded');
    });
    try {
      await Promise.race([held, tooLate]);
    } finally {
      over.abort();
      for (const key of keys) this.#remove(key, waiter!);
    }
  }

  /** The object has changed. */
  look(key: string): void {
    for (const waiter of [...(this.#byKey.get(key) ?? [])]) waiter.look();
  }

  #of(key: string): Set<Waiter> {
    const waiters = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, waiters);
    return waiters;
  }

  #remove(key: string, waiter: Waiter): void {
    const waiters = this.#byKey.get(key);
    if (waiters?.delete(waiter) && waiters.size === 0) this.#byKey.delete(key);
  }
}
