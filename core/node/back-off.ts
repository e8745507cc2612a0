// Back-off: how long to wait before the next try of what failed. 10 s, then 20, 40, ... up to 5 minutes; forgotten after
// 10 minutes without a failure (client-go, util/flowcontrol).
//   next(key, at)              it failed at `at`: the next wait is longer
//   remaining(key, since, now) milliseconds still to wait, counted from `since`; 0: go on
// Always true: it holds no timer; whoever asks says what time it is.

interface Entry {
  readonly delay: number;
  /** When it was told of a failure the last time. */
  readonly updated: number;
}

export class BackOff {
  readonly #initial: number;
  readonly #max: number;
  #entries: Map<string, Entry> | undefined;

  /** Both in milliseconds. */
  constructor(initial = 10_000, max = 300_000) {
    this.#initial = initial;
    this.#max = max;
  }

  next(key: string, at: number): void {
    const entry = this.#entries?.get(key);
    const delay = entry && !this.#isOld(entry, at) ? Math.min(entry.delay * 2, this.#max) : this.#initial;
    this.#entries ??= new Map();
    this.#entries.set(key, { delay, updated: at });
  }

  /** The wait that stands for the key, in milliseconds; 0 without a failure. */
  delay(key: string): number {
    return this.#entries?.get(key)?.delay ?? 0;
  }

  remaining(key: string, since: number, now: number): number {
    const entry = this.#entries?.get(key);
    if (!entry || this.#isOld(entry, since)) return 0;
    return Math.max(0, since + entry.delay - now);
  }

  /** The same, counted from when it failed last. */
  remainingSinceFailure(key: string, now: number): number {
    const entry = this.#entries?.get(key);
    return entry ? Math.max(0, entry.updated + entry.delay - now) : 0;
  }

  forget(key: string): void {
    this.#entries?.delete(key);
  }

  #isOld(entry: Entry, at: number): boolean {
    return at - entry.updated > 2 * this.#max;
  }
}

/** A duration as Go prints it: `10s`, `1m20s`, `5m0s`, `500ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return milliseconds === 0 ? '0s' : `${milliseconds}ms`;
  const seconds = milliseconds / 1_000;
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = Number((seconds % 60).toFixed(3));
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
