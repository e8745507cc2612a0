// JobController: runs pods to their end, as many at a time and as many in all as a Job wants. For each Job:
//
//   claim its pods  >  count those that ended  >  decided?  stop what runs  :  make or delete pods  >  write the status
//                                                                            >  let go the pods that are counted
//
// Always true: each pod is counted exactly once (counting.ts); nothing is made or deleted while the cache does not show
// what was done last; a Job that is Complete or Failed stays so, and nothing is made for it any more.
// In Kubernetes: pkg/controller/job/job_controller.go.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { claim } from '../../core/control/claim.ts';
import { podsToDelete } from '../../core/control/deletion-order.ts';
import { semanticEqual } from '../../core/control/equality.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { Expectations } from '../../core/control/expectations.ts';
import { selects } from '../../core/control/pods.ts';
import { from, itself, sides, whoeverSelects } from '../../core/control/sources.ts';
import { updateStatus } from '../../core/control/update-status.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { type Job, type JobCondition, type JobStatus, Jobs } from '../../core/model/job/job.ts';
import { jobLabels } from '../../core/model/job/job-defaults.ts';
import { matches, selectorOf } from '../../core/model/labels.ts';
import { controllerOf, keyOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';
import { backOffLeft } from './back-off.ts';
import { type Counts, count, failuresOf, isIndexed, isTracked } from './counting.ts';
import { indexOf, pendingIndexes, surplusPods } from './indexes.ts';
import { JobPods } from './job-pods.ts';
import { statusOf } from './job-status.ts';
import { isFinished, isSuspended, untilDeadline, type Verdict, verdictOf } from './verdict.ts';

/** Pods made or deleted in one go, at most. */
const burst = 500;
const byJob = 'job';
const byNamespace = 'without a controller';

export interface JobControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class JobController implements Controller {
  readonly name = 'job';
  readonly workers = 5;
  readonly #options: JobControllerOptions;
  readonly #expectations: Expectations;
  readonly #acts: JobPods;
  /** What the status was written as last, by key: as resourceVersion. */
  readonly #written = new Map<string, number>();
  #jobs!: Informer<Job>;
  #pods!: Informer<Pod>;

  constructor(options: JobControllerOptions) {
    this.#options = options;
    this.#expectations = new Expectations(options.clock);
    this.#acts = new JobPods({ ...options, expectations: this.#expectations });
  }

  sources(informers: Informers): readonly Source[] {
    this.#jobs = informers.of(Jobs);
    this.#pods = informers.of(Pods);
    this.#pods.index(byJob, (pod) => asList(jobKeyOf(pod)));
    this.#pods.index(byNamespace, (pod) => (controllerOf(pod) ? [] : [pod.metadata.namespace ?? '']));
    const selecting = whoeverSelects(this.#jobs, ({ spec }, labels) => matches(selectorOf(spec.selector), labels));
    return [
      from(this.#jobs, itself),
      from(this.#pods, (change) => {
        this.#acts.observe(change);
        const keys = sides(change).flatMap((pod) => jobKeyOf(pod) ?? []);
        return controllerOf(change.object) ? keys : [...keys, ...selecting(change)];
      }),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const job = this.#jobs.get(key);
    if (!job) this.#forget(key);
    // The pods' cache may be ahead of the Jobs': who was counted would be missed. The change that is awaited wakes us.
    else if (Number(job.metadata.resourceVersion) < (this.#written.get(key) ?? 0)) return done;
    // Pods of a Job that is gone, whose name another one may have by now: nobody will count them.
    await this.#acts.letGo(this.#pods.by(byJob, key).filter((pod) => isLost(pod, job)));
    // In real Kubernetes: any other name in managedBy means that another controller runs it.
    if (!job || (job.spec.managedBy ?? ours) !== ours) return done;
    if (isFinished(job)) {
      await this.#acts.letGo(this.#pods.by(byJob, key));
      return done;
    }
    return this.#run(key, job);
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  #forget(key: string): void {
    this.#expectations.forget(key);
    this.#written.delete(key);
  }

  async #run(key: string, job: Job): Promise<Result> {
    const { clock } = this.#options;
    const pods = await this.#claim(key, job);
    const counts = count(job, pods);
    const verdict = verdictOf(job, counts, clock.now());
    const written = await this.#writeStatus(job, pods, verdict);
    // What ended is written, so that it may go; the status counts it when the cache shows it gone.
    await this.#acts.letGo(counts.ended);
    if (job.metadata.deletionTimestamp === undefined && this.#expectations.satisfied(key)) {
      if (verdict) await this.#acts.delete(job, counts.active, 'counted');
      else await this.#manage(job, counts, pods);
    }
    return this.#lookAgain(key, written, pods, verdict);
  }

  #claim(key: string, job: Job): Promise<Pod[]> {
    const { client } = this.#options;
    const { namespace = '', name } = job.metadata;
    const own = this.#pods.by(byJob, key).filter((pod) => controllerOf(pod) !== undefined);
    return claim({
      owner: job,
      candidates: [...own, ...this.#pods.by(byNamespace, namespace)],
      matches: selects(selectorOf(job.spec.selector)),
      client: client.of(Pods).in(namespace),
      confirm: () => client.of(Jobs).in(namespace).get(name).catch(undefinedIfMissing),
    });
  }

  /** Makes what is missing, or deletes what is too much. */
  async #manage(job: Job, counts: Counts, pods: readonly Pod[]): Promise<void> {
    const { active, indexes, failedIndexes } = counts;
    if (isSuspended(job)) return this.#acts.delete(job, active, 'not counted');
    const { completions } = job.spec;
    const surplus = isIndexed(job) ? surplusPods(active, completions ?? 0) : [];
    const tooMany = active.length - surplus.length - wantedActive(job, counts);
    const others = active.filter((pod) => !surplus.includes(pod));
    const going = [...surplus, ...podsToDelete(others, others, Math.max(0, tooMany))].slice(0, burst);
    if (going.length > 0) return this.#acts.delete(job, going, 'not counted');
    const waited = job.spec.podReplacementPolicy === 'Failed' ? counts.terminating : 0;
    const missing = Math.min(-tooMany - waited, burst);
    if (missing <= 0 || backOffLeft(job, pods, this.#options.clock.now()) > 0) return;
    const running = new Set(active.flatMap((pod) => indexOf(pod) ?? []));
    const numbers = isIndexed(job)
      ? pendingIndexes(completions ?? 0, missing, indexes, failedIndexes, running)
      : Array.from({ length: missing }, () => undefined);
    await this.#acts.make(job, numbers, (index) => failuresOf(job, pods, index));
  }

  async #writeStatus(job: Job, pods: readonly Pod[], verdict: Verdict | undefined): Promise<Job> {
    const { client, clock } = this.#options;
    const wanted = (object: Job): JobStatus => statusOf(object, count(object, pods), verdict, timestamp(clock));
    if (semanticEqual(wanted(job), job.status)) return job;
    const written = await updateStatus(client.of(Jobs).in(job.metadata.namespace ?? ''), job, wanted);
    this.#written.set(keyOf(written), Number(written.metadata.resourceVersion));
    this.#tell(job, written);
    return written;
  }

  /** Each new answer of a condition that people wait for is an event. */
  #tell(before: Job, after: Job): void {
    const { recorder } = this.#options;
    const of = (job: Job, type: string) => findCondition<JobCondition>(job.status?.conditions, type);
    const became = (type: string, status: string) =>
      of(after, type)?.status === status && of(before, type)?.status !== status ? of(after, type) : undefined;
    if (became('Suspended', 'True')) recorder.event(after, 'Normal', 'Suspended', 'Job suspended');
    if (became('Suspended', 'False')) recorder.event(after, 'Normal', 'Resumed', 'Job resumed');
    if (became('Complete', 'True')) recorder.event(after, 'Normal', 'Completed', 'Job completed');
    const failed = became('Failed', 'True');
    if (failed) recorder.event(after, 'Warning', failed.reason ?? '', failed.message ?? '');
  }

  /** The deadline, the end of a back-off and of waiting for what never came: no change tells of them. */
  #lookAgain(key: string, job: Job, pods: readonly Pod[], verdict: Verdict | undefined): Result {
    const now = this.#options.clock.now();
    if (verdict) return waitFor([this.#expectations.patienceLeft(key)]);
    const backOff = isSuspended(job) ? 0 : backOffLeft(job, pods, now);
    return waitFor([backOff > 0 ? backOff : undefined, untilDeadline(job, now), this.#expectations.patienceLeft(key)]);
  }
}

const ours = 'kubernetes.io/job-controller';

/** Most pods are of no Job, and are filed nowhere. */
const asList = (key: string | undefined): readonly string[] => (key === undefined ? [] : [key]);

/** `namespace/name` of the Job that a pod is of; of one that lost its owner but not its finalizer, by its label. */
function jobKeyOf(pod: Pod): string | undefined {
  const controller = controllerOf(pod);
  const label = controller || !isTracked(pod) ? undefined : pod.metadata.labels?.[jobLabels.name];
  const name = controller?.kind === 'Job' ? controller.name : label;
  return name === undefined ? undefined : `${pod.metadata.namespace}/${name}`;
}

/** Tracked, and of no Job that is there. */
function isLost(pod: Pod, job: Job | undefined): boolean {
  if (!isTracked(pod)) return false;
  const controller = controllerOf(pod);
  if (controller) return controller.uid !== job?.metadata.uid;
  return !job || !matches(selectorOf(job.spec.selector), pod.metadata.labels);
}

/** How many should run now. Of a work queue, no more than do once one has said that it is empty. */
function wantedActive({ spec }: Job, { active, succeeded, failedIndexes }: Counts): number {
  const parallelism = spec.parallelism ?? 1;
  if (typeof spec.completions === 'number')
    return Math.max(0, Math.min(parallelism, spec.completions - succeeded - failedIndexes.size));
  return succeeded > 0 ? Math.min(parallelism, active.length) : parallelism;
}

function waitFor(waits: readonly (number | undefined)[]): Result {
  const known = waits.filter((wait): wait is number => wait !== undefined);
  return known.length > 0 ? again(Math.max(0, Math.min(...known))) : done;
}

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
};
