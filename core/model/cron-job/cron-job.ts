// CronJob: makes a Job of a template again and again, at the times of a schedule.

import { age } from '../ages.ts';
import { ageColumn, column, containerColumns, nameColumn, none, unset } from '../columns.ts';
import { Int, OneOf } from '../field-rules.ts';
import { type Job, JobSpec } from '../job/job.ts';
import type { ObjectMeta } from '../meta.ts';
import { KubeObjectBase } from '../object.ts';
import { ObjectReference } from '../object-reference.ts';
import { type Column, type Resource, resource } from '../resource.ts';
import { Bool, Free, Nested, NestedList, Required, Text, Time } from '../rules.ts';
import { cronJobProblems, defaultCronJob } from './cron-job-rules.ts';

export class JobTemplateSpec {
  @Free() readonly metadata?: Partial<ObjectMeta>;
  @Nested(() => JobSpec) readonly spec?: JobSpec;
}

export class CronJobSpec {
  /** `30 2 * * mon-fri`: the five fields of cron (schedule.ts). */
  @Required() @Text() readonly schedule!: string;
  /** `Europe/Berlin`; UTC unless told. In real Kubernetes: that of the controller's machine. */
  @Text() readonly timeZone?: string;
  /** A Job that is later than so many seconds is not started any more. Absent: it is, however late. */
  @Int({ min: 0 }) readonly startingDeadlineSeconds?: number;
  /** What to do when the one before still runs: start it all the same, leave it out, or stop that one. */
  @OneOf('Allow', 'Forbid', 'Replace') readonly concurrencyPolicy?: string;
  @Bool() readonly suspend?: boolean;
  @Required() @Nested(() => JobTemplateSpec) readonly jobTemplate!: JobTemplateSpec;
  /** How many finished Jobs are kept. */
  @Int({ min: 0 }) readonly successfulJobsHistoryLimit?: number;
  @Int({ min: 0 }) readonly failedJobsHistoryLimit?: number;
}

export class CronJobStatus {
  /** Jobs that run. */
  @NestedList(() => ObjectReference) readonly active?: readonly ObjectReference[];
  /** The time for which the last Job was made: that of the schedule, not that of the clock. */
  @Time() readonly lastScheduleTime?: string;
  @Time() readonly lastSuccessfulTime?: string;
}

export class CronJob extends KubeObjectBase {
  @Required() @Nested(() => CronJobSpec) readonly spec!: CronJobSpec;
  @Nested(() => CronJobStatus) readonly status?: CronJobStatus;
}

/** Go's way to write a yes or no. */
const yesOrNo = (value: boolean | undefined): string => (value === undefined ? unset : value ? 'True' : 'False');

/** What the Jobs' pods run. */
const templateColumns: readonly Column<CronJob>[] = containerColumns<Job>(() => '').map(({ cell, ...rest }) => ({
  ...rest,
  cell: (cronJob, now) => cell({ ...cronJob, spec: cronJob.spec.jobTemplate?.spec } as unknown as Job, now),
}));

export const CronJobs: Resource<CronJob> = resource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: CronJob,
  columns: [
    nameColumn(),
    column('Schedule', ({ spec }) => spec.schedule, 'When a Job is made.'),
    column('Timezone', ({ spec }) => spec.timeZone ?? none, 'Whose clock the schedule is read by.'),
    column('Suspend', ({ spec }) => yesOrNo(spec.suspend), 'Whether no Job is made for now.'),
    { ...column<CronJob>('Active', ({ status }) => status?.active?.length ?? 0), type: 'integer' },
    column('Last Schedule', ({ status }, now) => (status?.lastScheduleTime ? age(status.lastScheduleTime, now) : none)),
    ageColumn(),
    ...templateColumns,
  ],
  default: defaultCronJob,
  prepareForCreate: (cronJob) => ({ ...cronJob, status: {} }),
  ...cronJobProblems,
});
