// Counting: how many pods of a Job have succeeded and failed, each exactly once, also when pods are deleted right after
// their end and when the controller is stopped anywhere in between. A pod has a finalizer until it is counted:
//
//   1  the pod has ended                      its uid is written into status.uncountedTerminatedPods
//   2  that is written                        the finalizer is taken off
//   3  the cache shows it without finalizer   the uid leaves the list, and the number goes up, in one write
//
// Always true: a uid is in the list or in the number, never in both. An Indexed Job needs no list of successes: the
// number of the pod says whether it is counted.
// In Kubernetes: pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers).

import { isActive, isReady } from '../../core/control/pods.ts';
import type { Job, JobStatus } from '../../core/model/job/job.ts';
import type { Pod } from '../../core/model/pod.ts';
import { formatIndexes, indexOf, parseIndexes } from './indexes.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';

const hasSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';

/** A pod on its way out may never get to say that it failed; a Job that waits for that has it wait longer. */
export function hasFailed({ metadata, spec, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  if (metadata.deletionTimestamp === undefined || status?.phase === 'Succeeded') return false;
  return job.spec.podReplacementPolicy !== 'Failed' || !spec.nodeName;
}

export interface Counts {
  readonly active: readonly Pod[];
  /** Marked, and not ended yet. */
  readonly terminating: number;
  readonly ready: number;
  /** All that were ever seen to, counted or about to be. */
  readonly succeeded: number;
  readonly failed: number;
  /** Done numbers of an Indexed Job. */
  readonly indexes: ReadonlySet<number>;
  /** Pods whose finalizer may go once `fields` is written. */
  readonly ended: readonly Pod[];
  /** What of it stands in the status. */
  readonly fields: Pick<JobStatus, 'succeeded' | 'failed' | 'completedIndexes' | 'uncountedTerminatedPods'>;
}

/** @param pods all of the Job's that are there, ended ones too */
export function count(job: Job, pods: readonly Pod[]): Counts {
  const { status = {}, spec } = job;
  const tracked = new Map(pods.filter(isTracked).map((pod) => [pod.metadata.uid, pod]));
  const all = [...tracked.values()];
  const successes = all.filter(hasSucceeded);
  const failures = all.filter((pod) => !hasSucceeded(pod) && hasFailed(pod, job));
  const uncounted = status.uncountedTerminatedPods ?? {};
  const failed = settle(status.failed, uncounted.failed, failures, tracked);
  const indexes = parseIndexes(status.completedIndexes, spec.completions ?? 0);
  let succeeded: Settled;
  if (isIndexed(job)) {
    for (const pod of successes) {
      const index = indexOf(pod);
      if (index !== undefined && index < (spec.completions ?? 0)) indexes.add(index);
    }
    succeeded = { number: indexes.size, list: [] };
  } else succeeded = settle(status.succeeded, uncounted.succeeded, successes, tracked);
  const active = pods.filter(isActive);
  return {
    active,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isOver(pod)).length,
    ready: active.filter(isReady).length,
    succeeded: succeeded.number + succeeded.list.length,
    failed: failed.number + failed.list.length,
    indexes,
    ended: [...successes, ...failures],
    fields: {
      ...(succeeded.number > 0 && { succeeded: succeeded.number }),
      ...(failed.number > 0 && { failed: failed.number }),
      ...(indexes.size > 0 && { completedIndexes: formatIndexes(indexes) }),
      uncountedTerminatedPods: {
        ...(succeeded.list.length > 0 && { succeeded: succeeded.list }),
        ...(failed.list.length > 0 && { failed: failed.list }),
      },
    },
  };
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

interface Settled {
  readonly number: number;
  /** Uids that are not in the number yet. */
  readonly list: readonly string[];
}

/** Steps 3 and 1: who lost the finalizer is counted; who has ended is listed. */
function settle(
  before: number | undefined,
  listed: readonly string[] | undefined,
  ended: readonly Pod[],
  tracked: ReadonlyMap<string, Pod>,
): Settled {
  const waiting = (listed ?? []).filter((uid) => tracked.has(uid));
  const known = new Set(listed ?? []);
  return {
    number: (before ?? 0) + (listed ?? []).length - waiting.length,
    list: [...waiting, ...ended.map(({ metadata }) => metadata.uid).filter((uid) => !known.has(uid))],
  };
}
