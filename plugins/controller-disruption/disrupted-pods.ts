// Disrupted pods: evictions that were allowed and are not seen yet. Such a pod counts as gone, but not for ever: if it is
// still there without a sign of going after two minutes, its eviction came to nothing. Pure.

import type { StringMap } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { PodDisruptionBudget } from '../../core/model/pod-disruption-budget.ts';

/** How long it may take from a permission to the mark on the pod, in milliseconds; as in Kubernetes (DeletionTimeout). */
const deletionTimeout = 120_000;

export interface DisruptedPods {
  /** Those that are still awaited to go -> since when. */
  readonly disrupted: StringMap;
  /** Those that did not go. */
  readonly late: readonly Pod[];
  /** When to look again, in milliseconds. */
  readonly recheckAfter?: number;
}

/** @param now milliseconds since 1970 */
export function disruptedPodsOf({ status }: PodDisruptionBudget, pods: readonly Pod[], now: number): DisruptedPods {
  const noted = status?.disruptedPods ?? {};
  const disrupted: Record<string, string> = {};
  const late: Pod[] = [];
  let recheckAfter = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const since = Object.hasOwn(noted, name) ? noted[name] : undefined;
    if (since === undefined || deletionTimestamp !== undefined) continue;
    const left = Date.parse(since) + deletionTimeout - now;
    if (left < 0) late.push(pod);
    else {
      disrupted[name] = since;
      // One more, so that it is over when we look.
      recheckAfter = Math.min(recheckAfter, left + 1);
    }
  }
  return { disrupted, late, ...(Number.isFinite(recheckAfter) && { recheckAfter }) };
}
