// Compaction: old history is forgotten, whatever store keeps it. Every five minutes the server tells the store to forget
// what was history five minutes ago already; so whoever was away for less than that resumes, and memory stays bounded.
// In real Kubernetes: apiserver/pkg/storage/etcd3/compact.go; several servers agree there on who does it.

import type { Cancel, Clock } from '../contracts/clock.ts';
import type { Revision, Store } from '../contracts/store.ts';

/** Kubernetes' `--etcd-compaction-interval`, milliseconds. */
export const compactionInterval = 5 * 60_000;

/**
 * Begins; the answer ends it. A store that cannot compact now is asked again the next time.
 * @param every milliseconds: history is kept at least as long, and at most twice as long
 */
export function compactRegularly(
  store: Pick<Store, 'compact' | 'revision'>,
  clock: Pick<Clock, 'schedule'>,
  every = compactionInterval,
): Cancel {
  /** Where the store stood one interval ago. */
  let then: Revision = 0;
  let ended = false;
  const compact = async (): Promise<void> => {
    const now = await store.revision();
    if (then > 0 && !ended) await store.compact(then);
    then = now;
  };
  const again = () => {
    cancel = clock.schedule(every, again);
    void compact().catch(() => {});
  };
  let cancel = clock.schedule(every, again);
  void compact().catch(() => {});
  return () => {
    ended = true;
    cancel();
  };
}
