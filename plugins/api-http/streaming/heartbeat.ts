// Heartbeat: a connection that is not read does not tell of its end, so a client that is made to wait is asked now and then
// whether it is still there; a question that cannot be delivered ends the connection.

import type { Cancel, Clock } from '../../../core/contracts/clock.ts';

/** Milliseconds. The first question finds out, the second hears of it. */
const period = 5_000;

/** Asks until it is cancelled. */
export function heartbeat(clock: Clock, ask: () => void): Cancel {
  const again = () => {
    ask();
    cancel = clock.schedule(period, again);
  };
  let cancel = clock.schedule(period, again);
  return () => cancel();
}
