// Defaults and rules of CronJobs (Kubernetes, pkg/apis/batch).

import { invalidValue, type Problem, required, under } from '../causes.ts';
import { fill, ifObject, within } from '../defaults.ts';
import { jobSpecProblems } from '../job/job-rules.ts';
import { defaultTemplate } from '../pod-defaults.ts';
import type { CronJob, CronJobSpec, JobTemplateSpec } from './cron-job.ts';
import { parseSchedule, ScheduleError } from './schedule.ts';
import { isTimeZone } from './time-zone.ts';

/** Its Jobs' names are longer by eleven letters, and their pods' once more. */
const longestName = 52;

/** The Jobs' own defaults are theirs when they are made; only their pods are filled in here. */
const defaultJobTemplate = ifObject(
  (template: JobTemplateSpec): JobTemplateSpec =>
    within(
      template,
      'spec',
      ifObject((spec) => within(spec, 'template', defaultTemplate)),
    ),
);

export const defaultCronJob = (given: CronJob): CronJob =>
  within(
    given,
    'spec',
    ifObject((spec) => {
      const defaults: Partial<CronJobSpec> = {
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      };
      return within(fill(spec, defaults), 'jobTemplate', defaultJobTemplate);
    }),
  );

function validate({ metadata, spec }: CronJob): readonly Problem[] {
  const problems: Problem[] = [];
  if (metadata.name?.length > longestName) {
    const detail = `must be no more than ${longestName} characters`;
    problems.push(invalidValue('metadata.name', metadata.name, detail));
  }
  if (!spec) return problems;
  if (typeof spec.schedule === 'string' && spec.schedule !== '') problems.push(...scheduleProblems(spec.schedule));
  if (typeof spec.timeZone === 'string') problems.push(...timeZoneProblems(spec.timeZone));
  const jobs = spec.jobTemplate?.spec;
  if (jobs) problems.push(...under('spec.jobTemplate.spec', jobSpecProblems(jobs)));
  else if (spec.jobTemplate) problems.push(required('spec.jobTemplate.spec.template'));
  return problems;
}

function scheduleProblems(schedule: string): readonly Problem[] {
  const at = 'spec.schedule';
  if (schedule.includes('TZ')) {
    const detail = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    return [invalidValue(at, schedule, detail)];
  }
  try {
    parseSchedule(schedule);
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    return [invalidValue(at, schedule, error.message)];
  }
}

function timeZoneProblems(timeZone: string): readonly Problem[] {
  const at = 'spec.timeZone';
  if (timeZone === '') return [invalidValue(at, timeZone, 'timeZone must be nil or non-empty string')];
  if (timeZone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalidValue(at, timeZone, detail)];
  }
  return isTimeZone(timeZone) ? [] : [invalidValue(at, timeZone, `unknown time zone ${timeZone}`)];
}

export const cronJobProblems = { validate };
