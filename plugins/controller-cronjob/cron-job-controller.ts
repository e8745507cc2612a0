// CronJobController: makes the Job of each time of a CronJob's schedule, and clears old ones away.
//
//   see which Jobs have ended  >  remove old ones  >  is a time due?  make its Job  >  write the status  >  sleep till the next
//
// Always true: one time gives one Job, whoever asks how often: the Job's name is the minute; of several times that were
// missed only the last is made up for; what the schedule says is the status's lastScheduleTime, not when it was done.
// In Kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go.

import type { ApiClient, ResourceClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { from, itsController, itself } from '../../core/control/sources.ts';
import { updateStatus } from '../../core/control/update-status.ts';
import { type CronJob, type CronJobStatus, CronJobs } from '../../core/model/cron-job/cron-job.ts';
import { parseSchedule, type Schedule } from '../../core/model/cron-job/schedule.ts';
import { type Job, Jobs } from '../../core/model/job/job.ts';
import { controllerOf } from '../../core/model/meta.ts';
import { ApiError } from '../../core/model/status.ts';
import { dueTime, endOf, jobNameAt, jobOf, surplusJobs, timeAfter, timeText } from './cron-job-plan.ts';

const byOwner = 'owner';

type Active = NonNullable<CronJobStatus['active']>;

export interface CronJobControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class CronJobController implements Controller {
  readonly name = 'cronjob';
  readonly workers = 5;
  readonly #options: CronJobControllerOptions;
  #cronJobs!: Informer<CronJob>;
  #jobs!: Informer<Job>;

  constructor(options: CronJobControllerOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#cronJobs = informers.of(CronJobs);
    this.#jobs = informers.of(Jobs);
    this.#jobs.index(byOwner, (job) => [controllerOf(job)?.uid ?? '']);
    return [from(this.#cronJobs, itself), from(this.#jobs, itsController('CronJob'))];
  }

  async reconcile(key: string): Promise<Result> {
    const cronJob = this.#cronJobs.get(key);
    if (!cronJob) return done;
    const jobs = this.#jobs.by(byOwner, cronJob.metadata.uid);
    const seen = await this.#write(cronJob, await this.#lookAt(cronJob, jobs));
    await this.#delete(seen, surplusJobs(seen, jobs));
    if (seen.metadata.deletionTimestamp !== undefined || seen.spec.suspend === true) return done;
    const schedule = this.#scheduleOf(seen);
    if (!schedule) return done;
    await this.#start(seen, schedule);
    const { clock } = this.#options;
    const next = timeAfter(seen, schedule, clock.now());
    return next === undefined ? done : again(Math.max(0, next - clock.now()));
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  /** The status as its Jobs have it by now. */
  async #lookAt(cronJob: CronJob, jobs: readonly Job[]): Promise<CronJobStatus> {
    const { recorder } = this.#options;
    const before = cronJob.status ?? {};
    const byUid = new Map(jobs.map((job) => [job.metadata.uid, job]));
    const active: Active[number][] = [];
    let { lastSuccessfulTime } = before;
    for (const reference of before.active ?? []) {
      const job = byUid.get(reference.uid ?? '') ?? (await this.#live(cronJob, reference.name, reference.uid));
      const end = job && endOf(job);
      if (!job) recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
      else if (end === undefined) active.push(reference);
      else {
        const told = `Saw completed job: ${job.metadata.name}, condition: ${end}`;
        recorder.event(cronJob, 'Normal', 'SawCompletedJob', told);
      }
    }
    for (const job of jobs) {
      const { completionTime } = job.status ?? {};
      if (endOf(job) === 'Complete' && completionTime && completionTime > (lastSuccessfulTime ?? ''))
        lastSuccessfulTime = completionTime;
    }
    return { ...before, active, ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }) };
  }

  /** A Job that the cache does not show yet. */
  async #live(cronJob: CronJob, name = '', uid: string | undefined): Promise<Job | undefined> {
    const job = await this.#door(cronJob).get(name).catch(undefinedIfMissing);
    return job?.metadata.uid === uid ? job : undefined;
  }

  #scheduleOf(cronJob: CronJob): Schedule | undefined {
    const { schedule, timeZone } = cronJob.spec;
    try {
      return parseSchedule(schedule, timeZone);
    } catch (error) {
      // It was right when it was written; a time zone may have been forgotten since.
      const what = `invalid schedule: ${schedule} : ${error instanceof Error ? error.message : error}`;
      this.#options.recorder.event(cronJob, 'Warning', 'UnparseableSchedule', what);
      return undefined;
    }
  }

  /** Makes the Job that is due, if one is and nothing speaks against it. */
  async #start(cronJob: CronJob, schedule: Schedule): Promise<void> {
    const { clock, recorder } = this.#options;
    const { concurrencyPolicy, startingDeadlineSeconds: deadline } = cronJob.spec;
    const due = dueTime(cronJob, schedule, clock.now());
    if (due === undefined) return;
    const { active = [] } = cronJob.status ?? {};
    const isStarted = active.some(({ name }) => name === jobNameAt(cronJob, due));
    if (isStarted) return;
    if (typeof deadline === 'number' && due + deadline * 1000 < clock.now()) {
      const what = `Missed scheduled time to start a job: ${new Date(due).toUTCString().replace('GMT', '+0000')}`;
      recorder.event(cronJob, 'Warning', 'MissSchedule', what);
      return;
    }
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const why = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      recorder.event(cronJob, 'Normal', 'JobAlreadyActive', why);
      return;
    }
    let running: Active = active;
    if (concurrencyPolicy === 'Replace') {
      const names = new Set(active.map(({ uid }) => uid));
      const jobs = this.#jobs.by(byOwner, cronJob.metadata.uid);
      await this.#delete(
        cronJob,
        jobs.filter(({ metadata }) => names.has(metadata.uid)),
      );
      running = [];
    }
    const job = await this.#make(cronJob, due);
    if (!job) return;
    const { name, namespace = '', uid, resourceVersion } = job.metadata;
    const reference = { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
    const isOver = endOf(job) !== undefined;
    await this.#write(cronJob, {
      ...cronJob.status,
      active: isOver ? running : [...running, reference],
      lastScheduleTime: timeText(due),
    });
  }

  /** The Job of that time; one that is there already is as good, if it is ours. */
  async #make(cronJob: CronJob, time: number): Promise<Job | undefined> {
    const { recorder } = this.#options;
    const draft = jobOf(cronJob, time);
    try {
      const job = await this.#door(cronJob).create(draft);
      recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
      return job;
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists') {
        const standing = await this.#door(cronJob)
          .get(draft.metadata.name ?? '')
          .catch(undefinedIfMissing);
        return standing && controllerOf(standing)?.uid === cronJob.metadata.uid ? standing : undefined;
      }
      const why = error instanceof Error ? error.message : String(error);
      recorder.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${why}`);
      throw error;
    }
  }

  async #delete(cronJob: CronJob, jobs: readonly Job[]): Promise<void> {
    for (const { metadata } of jobs) {
      const options = { propagationPolicy: 'Background', preconditions: { uid: metadata.uid } } as const;
      const gone = await this.#door(cronJob).delete(metadata.name, options).catch(undefinedIfMissing);
      if (gone) this.#options.recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${metadata.name}`);
    }
  }

  async #write(cronJob: CronJob, status: CronJobStatus): Promise<CronJob> {
    const { active = [], ...rest } = status;
    const wanted = { ...rest, ...(active.length > 0 && { active }) };
    if (semanticEqual(wanted, cronJob.status)) return cronJob;
    const door = this.#options.client.of(CronJobs).in(cronJob.metadata.namespace ?? '');
    // Made from what the cache showed: should that be old, the newer state comes and is looked at.
    return updateStatus(door, cronJob, (object) => {
      if (object !== cronJob) throw staleError(cronJob);
      return wanted;
    });
  }

  #door({ metadata }: CronJob): ResourceClient<Job> {
    return this.#options.client.of(Jobs).in(metadata.namespace ?? '');
  }
}

const staleError = ({ metadata }: CronJob): ApiError =>
  new ApiError(409, 'Conflict', `cronjob ${metadata.name} has changed since it was looked at`);

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};
