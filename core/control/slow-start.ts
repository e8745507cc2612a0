// Slow start: 1, then 2, then 4, ... calls at the same time, as long as all of a batch succeed. When something is wrong
// with every call (a quota, a bad template), the API is asked once and not five hundred times.

export interface SlowStartResult {
  readonly successes: number;
  /** The first failure, which ended it. */
  readonly error?: unknown;
}

export async function slowStart(count: number, call: () => Promise<void>): Promise<SlowStartResult> {
  let successes = 0;
  for (let batch = 1, left = count; left > 0; batch *= 2) {
    const size = Math.min(batch, left);
    const results = await Promise.allSettled(Array.from({ length: size }, call));
    const failed = results.filter((result) => result.status === 'rejected');
    successes += size - failed.length;
    if (failed[0]) return { successes, error: failed[0].reason };
    left -= size;
  }
  return { successes };
}
