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
import { isTrue } from '../../core/model/conditions.ts';
import type { Job, JobStatus } from '../../core/model/job/job.ts';
import type { Pod } from '../../core/model/pod.ts';
import { meaningOf } from './failure-policy.ts';
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
  /** Those that were tried often enough. */
  readonly failedIndexes: ReadonlySet<number>;
  /** Why the Job's failure policy gives it up; undefined: it does not. */
  readonly givenUp: string | undefined;
  /** Pods whose finalizer may go once `fields` is written. */
  readonly ended: readonly Pod[];
  /** What of it stands in the status. */
  readonly fields: Pick<
    JobStatus,
    'succeeded' | 'failed' | 'completedIndexes' | 'failedIndexes' | 'uncountedTerminatedPods'
  >;
}

/** @param pods all of the Job's that are there, ended ones too */
export function count(job: Job, pods: readonly Pod[]): Counts {
  const { status = {}, spec } = job;
  const tracked = new Map(pods.filter(isTracked).map((pod) => [pod.metadata.uid, pod]));
  const all = [...tracked.values()];
  const successes = all.filter(hasSucceeded);
  const failures = all.filter((pod) => !hasSucceeded(pod) && hasFailed(pod, job));
  const uncounted = status.uncountedTerminatedPods ?? {};
  const meanings = new Map(failures.map((pod) => [pod, meaningOf(job, pod)]));
  const counting = failures.filter((pod) => meanings.get(pod)?.action !== 'Ignore');
  const failed = settle(status.failed, uncounted.failed, counting, tracked);
  const indexes = parseIndexes(status.completedIndexes, spec.completions ?? 0);
  let succeeded: Settled;
  if (isIndexed(job)) {
    for (const pod of successes) {
      const index = indexOf(pod);
      if (index !== undefined && index < (spec.completions ?? 0)) indexes.add(index);
    }
    succeeded = { number: indexes.size, list: [] };
  } else succeeded = settle(status.succeeded, uncounted.succeeded, successes, tracked);
  const lost = failedIndexes(job, pods, indexes);
  const active = pods.filter(isActive);
  return {
    active,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isOver(pod)).length,
    ready: active.filter(isReady).length,
    succeeded: succeeded.number + succeeded.list.length,
    failed: failed.number + failed.list.length,
    indexes,
    failedIndexes: lost,
    givenUp: [...meanings.values()].find(({ action }) => action === 'FailJob')?.message,
    ended: [...successes, ...failures],
    fields: {
      ...(succeeded.number > 0 && { succeeded: succeeded.number }),
      ...(failed.number > 0 && { failed: failed.number }),
      ...(indexes.size > 0 && { completedIndexes: formatIndexes(indexes) }),
      ...(isLimited(job) && { failedIndexes: formatIndexes(lost) }),
      uncountedTerminatedPods: {
        ...(succeeded.list.length > 0 && { succeeded: succeeded.list }),
        ...(failed.list.length > 0 && { failed: failed.list }),
      },
    },
  };
}

/** Whether each number may fail so often by itself. */
export const isLimited = ({ spec }: Job): boolean => typeof spec.backoffLimitPerIndex === 'number';

/** On pods of such a Job: how often their number had failed before. */
export const failureCountKey = 'batch.kubernetes.io/job-index-failure-count';

/** How often a number has failed, as its pods tell. */
export function failuresOf(job: Job, pods: readonly Pod[], index: number): number {
  const of = pods.filter((pod) => indexOf(pod) === index && hasFailed(pod, job));
  const counted = of.filter((pod) => meaningOf(job, pod).action !== 'Ignore');
  return Math.max(0, ...counted.map(({ metadata }) => Number(metadata.annotations?.[failureCountKey] ?? 0) + 1));
}

function failedIndexes(job: Job, pods: readonly Pod[], done: ReadonlySet<number>): ReadonlySet<number> {
  const { spec, status } = job;
  const failed = parseIndexes(status?.failedIndexes, spec.completions ?? 0);
  // Once it is decided, what is stopped has not failed by itself.
  if (!isLimited(job) || isTrue(status?.conditions, 'FailureTarget')) return failed;
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || index >= (spec.completions ?? 0) || done.has(index) || !hasFailed(pod, job)) continue;
    const isLast = failuresOf(job, [pod], index) > (spec.backoffLimitPerIndex ?? 0);
    if (isLast || meaningOf(job, pod).action === 'FailIndex') failed.add(index);
  }
  return failed;
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
