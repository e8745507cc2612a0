// Back-off: after a failure the next pod waits 10 s, then 20 s, 40 s, ... up to 6 minutes; a success ends it.
// In real Kubernetes the failures in a row are kept in the controller's memory (pkg/controller/job/backoff_utils.go); here
// they are read from the pods that are there, so a controller that was started anew waits as long.

import { findCondition } from '../../core/model/conditions.ts';
import type { Job } from '../../core/model/job/job.ts';
import type { Pod } from '../../core/model/pod.ts';
import { hasFailed } from './counting.ts';

const shortest = 10_000;
const longest = 360_000;

/** Milliseconds until the next pod may be made; 0: now. */
export function backOffLeft(job: Job, pods: readonly Pod[], now: number): number {
  const ended = pods.flatMap((pod) => {
    const succeeded = pod.status?.phase === 'Succeeded';
    return succeeded || hasFailed(pod, job) ? [{ at: endOf(pod), succeeded }] : [];
  });
  const lastSuccess = Math.max(0, ...ended.filter(({ succeeded }) => succeeded).map(({ at }) => at));
  // Times are whole seconds: a failure in the same second as a success counts, or nothing would slow down what comes next.
  const failures = ended.filter(({ at, succeeded }) => !succeeded && at >= lastSuccess).map(({ at }) => at);
  if (failures.length === 0) return 0;
  const wait = Math.min(shortest * 2 ** (failures.length - 1), longest);
  return Math.max(0, Math.max(...failures) + wait - now);
}

/** When a pod ended, in milliseconds since 1970: its last container's end, or else when it was no longer ready. */
function endOf({ metadata, status }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  const known = ends.filter((end): end is string => typeof end === 'string' && end !== '').map(Date.parse);
  if (known.length > 0 && known.length === ends.length) return Math.max(...known);
  const since = findCondition(status?.conditions, 'Ready')?.lastTransitionTime;
  return Date.parse(since ?? metadata.deletionTimestamp ?? metadata.creationTimestamp);
}
