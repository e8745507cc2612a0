// Importance: which pods of a node give way first. The higher priority is the more important one; among equals the one that
// has run longer. Kubernetes: MoreImportantPod in pkg/scheduler/util.

import type { Pod } from '../../model/pod.ts';
import { priorityOf } from '../nominations.ts';

/** Milliseconds since 1970; a pod that has not started counts as starting now, which is later than all others. */
export function startOf(pod: Pod): number {
  const { startTime } = pod.status ?? {};
  return startTime ? Date.parse(startTime) : Number.POSITIVE_INFINITY;
}

/** For sorting: the most important first. */
export function byImportance(a: Pod, b: Pod): number {
  const difference = priorityOf(b) - priorityOf(a);
  if (difference !== 0) return difference;
  const start = startOf(a);
  const other = startOf(b);
  return start === other ? 0 : start - other;
}
