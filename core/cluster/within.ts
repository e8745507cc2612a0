// Within: waiting that has a limit. A part of somebody else's may forget to come back; a cluster that stops must not wait
// for it for ever.

import type { Clock } from '../contracts/clock.ts';

/**
 * Waits for the work, at most `ms` milliseconds of the clock; what comes after that is ignored, errors too.
 * @returns whether it ended in time. Rejects as the work does.
 */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = () => {};
  const late = new Promise<false>((resolve) => {
    cancel = clock.schedule(ms, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
