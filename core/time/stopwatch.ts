// Stopwatch: how long a piece of work takes on this machine, for people who ask. It says nothing of the cluster's time, which
// a Clock tells and which may stand still meanwhile; so nothing that goes into the cluster's history may depend on it.

/** Begins now; what comes back tells the milliseconds since then, in fractions. */
export function stopwatch(): () => number {
  const begun = performance.now();
  return () => performance.now() - begun;
}
