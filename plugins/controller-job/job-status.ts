// The status that a Job should have: numbers, conditions, when it began and when it ended.

import { findCondition, isTrue, setCondition } from '../../core/model/conditions.ts';
import type { Job, JobCondition, JobStatus } from '../../core/model/job/job.ts';
import type { Counts } from './counting.ts';
import { isSuspended, type Verdict } from './verdict.ts';

type Conditions = readonly JobCondition[];

const told = (conditions: Conditions, is: Omit<JobCondition, 'lastTransitionTime'>, now: string): Conditions => {
  const before = findCondition<JobCondition>(conditions, is.type);
  // Looked at and changed in one: the older field is still written.
  if (before?.status === is.status && before.reason === is.reason) return conditions;
  return setCondition<JobCondition>(conditions, { ...is, lastProbeTime: now, lastTransitionTime: now }, now);
};

/** Whether nothing of it runs any more, and everything is counted. */
export const isThrough = ({ active, terminating, ended, fields }: Counts): boolean =>
  active.length === 0 &&
  terminating === 0 &&
  ended.length === 0 &&
  (fields.uncountedTerminatedPods?.succeeded ?? []).length === 0 &&
  (fields.uncountedTerminatedPods?.failed ?? []).length === 0;

/** @param now as text */
export function statusOf(job: Job, counts: Counts, verdict: Verdict | undefined, now: string): JobStatus {
  const before = job.status ?? {};
  let conditions: Conditions = before.conditions ?? [];
  let { startTime, completionTime } = before;
  if (verdict) conditions = told(conditions, { status: 'True', ...verdict }, now);
  else if (isSuspended(job))
    conditions = told(
      conditions,
      { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' },
      now,
    );
  else if (isTrue(conditions, 'Suspended')) {
    conditions = told(
      conditions,
      { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' },
      now,
    );
    // Its time counts from here.
    startTime = now;
  }
  if (!isSuspended(job)) startTime ??= now;
  if (verdict && isThrough(counts)) {
    const { reason, message } = verdict;
    const type = verdict.type === 'FailureTarget' ? 'Failed' : 'Complete';
    conditions = told(conditions, { type, status: 'True', reason, message }, now);
    if (type === 'Complete') completionTime ??= now;
  }
  return {
    ...(conditions.length > 0 && { conditions }),
    ...(startTime !== undefined && { startTime }),
    ...(completionTime !== undefined && { completionTime }),
    ...(counts.active.length > 0 && { active: counts.active.length }),
    ...counts.fields,
    terminating: counts.terminating,
    ready: counts.ready,
  };
}
