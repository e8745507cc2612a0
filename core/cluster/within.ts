// Within: waiting that has a limit. A part of somebody else's may forget to come back; a cluster that stops must not wait
// for it for ever. Whoever starts and stops parts (the supervisor, an election) has the same limits: those here.

import type { Clock } from '../contracts/clock.ts';

/** Milliseconds for a part to start: its informers list everything, its process compiles. */
export const startPatience = 60_000;
/** Milliseconds for a part to stop. */
export const stopPatience = 10_000;

/** `proxy did not stop within 10 s` */
export const late = (who: string, what: 'start' | 'stop'): string =>
  `${who} did not ${what} within ${(what === 'start' ? startPatience : stopPatience) / 1000} s`;

/**
 * Waits for a part to start or stop, as long as that may take.
 * @param who for the message
 * @throws Error when it takes longer; whatever the work throws
 */
export async function inTime(clock: Clock, who: string, what: 'start' | 'stop', work: Promise<unknown>): Promise<void> {
  const isInTime = await within(clock, what === 'start' ? startPatience : stopPatience, work);
  if (!isInTime) throw new Error(late(who, what));
}

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
