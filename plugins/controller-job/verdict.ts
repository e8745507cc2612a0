// Verdict: whether a Job is decided, and how. First it is only known to be so (FailureTarget, SuccessCriteriaMet) and what
// still runs is stopped; when no pod is left, it is Failed or Complete, for the same reason.
// In Kubernetes: pkg/controller/job/job_controller.go (syncJob), success_policy.go.

import { findCondition, isTrue } from '../../core/model/conditions.ts';
import type { Job, JobCondition } from '../../core/model/job/job.ts';
import type { Counts } from './counting.ts';
import { parseIndexes } from './indexes.ts';

export interface Verdict {
  readonly type: 'FailureTarget' | 'SuccessCriteriaMet';
  readonly reason: string;
  readonly message: string;
}

const failure = (reason: string, message: string): Verdict => ({ type: 'FailureTarget', reason, message });
const success = (reason: string, message: string): Verdict => ({ type: 'SuccessCriteriaMet', reason, message });

export const isFinished = ({ status }: Job): boolean =>
  isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');

export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true;

/** Milliseconds until the Job has been active for too long; undefined when that does not count. */
export function untilDeadline({ spec, status }: Job, now: number): number | undefined {
  if (typeof spec.activeDeadlineSeconds !== 'number' || spec.suspend === true) return undefined;
  const start = status?.startTime ? Date.parse(status.startTime) : now;
  return start + spec.activeDeadlineSeconds * 1000 - now;
}

/** What was decided before stands. Undefined: it goes on. */
export function verdictOf(job: Job, counts: Counts, now: number): Verdict | undefined {
  return standing(job) ?? failed(job, counts, now) ?? succeeded(job, counts);
}

function standing({ status }: Job): Verdict | undefined {
  for (const type of ['FailureTarget', 'SuccessCriteriaMet'] as const) {
    const condition = findCondition<JobCondition>(status?.conditions, type);
    if (condition?.status === 'True') return { type, reason: condition.reason ?? '', message: condition.message ?? '' };
  }
  return undefined;
}

function failed(job: Job, counts: Counts, now: number): Verdict | undefined {
  const { spec } = job;
  const limit = spec.backoffLimit ?? 6;
  if (counts.givenUp !== undefined) return failure('PodFailurePolicy', counts.givenUp);
  const tooOften =
    counts.failed > limit || (spec.template.spec?.restartPolicy === 'OnFailure' && restarted(counts, limit));
  if (tooOften) return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const left = untilDeadline(job, now);
  if (left !== undefined && left <= 0)
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  return failedByIndex(job, counts);
}

/** Each number may fail by itself: the Job fails when too many did, or when the others are through. */
function failedByIndex({ spec }: Job, { indexes, failedIndexes, active }: Counts): Verdict | undefined {
  const failed = failedIndexes.size;
  if (typeof spec.maxFailedIndexes === 'number' && failed > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failure('MaxFailedIndexesExceeded', message);
  }
  const isThrough = failed > 0 && indexes.size + failed >= (spec.completions ?? 0) && active.length === 0;
  return isThrough ? failure('FailedIndexes', 'Job has failed indexes') : undefined;
}

/** Where the kubelet starts containers again, their restarts are the failures. */
function restarted({ active }: Counts, limit: number): boolean {
  let restarts = 0;
  for (const { status } of active) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { restartCount } of all) restarts += restartCount;
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function succeeded({ spec }: Job, counts: Counts): Verdict | undefined {
  const matched = (spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    const asked = succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes, spec.completions ?? 0);
    const done = asked === undefined ? counts.indexes.size : [...asked].filter((one) => counts.indexes.has(one)).length;
    return done >= (succeededCount ?? asked?.size ?? Number.POSITIVE_INFINITY);
  });
  if (matched >= 0) return success('SuccessPolicy', `Matched rules at index ${matched}`);
  const { completions } = spec;
  // A work queue is empty when one pod says so and the others are through.
  const isDone =
    typeof completions === 'number'
      ? counts.succeeded >= completions
      : counts.succeeded > 0 && counts.active.length === 0;
  return isDone ? success('CompletionsReached', 'Reached expected number of succeeded pods') : undefined;
}
