// Plan: what a CronJob wants to be done now, from the clock and its Jobs. Decides only.
// In Kubernetes: pkg/controller/cronjob/utils.go.

import { isTrue } from '../../core/model/conditions.ts';
import type { CronJob } from '../../core/model/cron-job/cron-job.ts';
import { lastTime, type Schedule } from '../../core/model/cron-job/schedule.ts';
import type { Job, JobSpec } from '../../core/model/job/job.ts';
import { controllerReference, type Draft } from '../../core/model/meta.ts';

/** How a Job ended; undefined: it runs. */
export function endOf({ status }: Job): 'Complete' | 'Failed' | undefined {
  return (['Complete', 'Failed'] as const).find((type) => isTrue(status?.conditions, type));
}

/** The last time of the schedule that has no Job yet, in milliseconds since 1970; undefined: none is due. */
export function dueTime({ metadata, spec, status }: CronJob, schedule: Schedule, now: number): number | undefined {
  const earliest = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  const deadline = spec.startingDeadlineSeconds;
  const from = typeof deadline === 'number' ? Math.max(earliest, now - deadline * 1000) : earliest;
  return lastTime(schedule, from, now);
}

/** The time after that, from which on something is due again; undefined: never. */
export function timeAfter({ metadata, status }: CronJob, schedule: Schedule, now: number): number | undefined {
  // Counted from the last time, not from now: `@every 90m` begins anew with each.
  const earliest = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  return schedule.next(lastTime(schedule, earliest, now) ?? earliest);
}

/** Its name says for which minute it is, so that it is made once. */
export const jobNameAt = ({ metadata }: CronJob, time: number): string =>
  `${metadata.name}-${Math.floor(time / 60_000)}`;

/** RFC 3339, whole seconds. */
export const timeText = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

export function jobOf(cronJob: CronJob, time: number): Draft<Job> {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  return {
    metadata: {
      name: jobNameAt(cronJob, time),
      namespace: cronJob.metadata.namespace ?? '',
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timeText(time) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: spec as JobSpec,
  };
}

/** Finished Jobs beyond what the history may hold, oldest first. */
export function surplusJobs({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const begin = (job: Job) => job.status?.startTime ?? '';
  const oldestFirst = (a: Job, b: Job) =>
    begin(a) === begin(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : begin(a) < begin(b) ? -1 : 1;
  const beyond = (end: string, limit: number | undefined) => {
    const ended = jobs.filter((job) => endOf(job) === end && job.metadata.deletionTimestamp === undefined);
    return limit === undefined ? [] : ended.sort(oldestFirst).slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond('Complete', spec.successfulJobsHistoryLimit), ...beyond('Failed', spec.failedJobsHistoryLimit)];
}
