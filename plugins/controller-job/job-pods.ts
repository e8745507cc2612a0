// What a Job does to its pods: make them, delete them, let them go when they are counted. Each making and deletion is
// told in an event of the Job, and expected in the cache before the next is made.

import type { ApiClient, ResourceClient } from '../../core/contracts/api-client.ts';
import type { Change } from '../../core/contracts/controller.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import type { Expectations } from '../../core/control/expectations.ts';
import { slowStart } from '../../core/control/slow-start.ts';
import type { Job } from '../../core/model/job/job.ts';
import { controllerOf, keyOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ApiError } from '../../core/model/status.ts';
import { isTracked, trackingFinalizer } from './counting.ts';
import { podOf } from './job-pod.ts';

export interface JobPodsOptions {
  readonly client: ApiClient;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly expectations: Expectations;
}

export class JobPods {
  readonly #options: JobPodsOptions;

  constructor(options: JobPodsOptions) {
    this.#options = options;
  }

  /** Meets expectations: called for each change before its key is queued. */
  observe({ type, object, ...rest }: Change<Pod>): void {
    const controller = controllerOf(object);
    if (controller?.kind !== 'Job') return;
    const { expectations } = this.#options;
    const key = `${object.metadata.namespace}/${controller.name}`;
    if (type === 'apply' && rest.previous === undefined) expectations.creationObserved(key);
    if (type === 'delete' || object.metadata.deletionTimestamp !== undefined)
      expectations.deletionObserved(key, object.metadata.uid);
  }

  /**
   * Makes a pod for each index (undefined where there are none), a few at first, then more.
   * @param failures how often an index has failed before
   * @throws ApiError of the first that could not be made
   */
  async make(job: Job, indexes: readonly (number | undefined)[], failures: (index: number) => number): Promise<void> {
    const { recorder, expectations } = this.#options;
    const key = keyOf(job);
    const left = [...indexes];
    expectations.expectCreations(key, indexes.length);
    const { successes, error } = await slowStart(indexes.length, async () => {
      try {
        const index = left.shift();
        const draft = podOf(job, index, index === undefined ? 0 : failures(index));
        const pod = await this.#pods(job).create(draft);
        recorder.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        recorder.event(job, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
        throw error;
      }
    });
    for (let missing = successes; missing < indexes.length; missing += 1) expectations.creationObserved(key);
    if (error !== undefined) throw error;
  }

  /**
   * Deletes pods. `counted`: they fail by it; else they go as if they had never been.
   * @throws ApiError of the first that could not be deleted
   */
  async delete(job: Job, pods: readonly Pod[], how: 'counted' | 'not counted'): Promise<void> {
    if (pods.length === 0) return;
    const { recorder, expectations } = this.#options;
    const key = keyOf(job);
    expectations.expectDeletions(
      key,
      pods.map(({ metadata }) => metadata.uid),
    );
    await all(pods, async (pod) => {
      const { name, uid } = pod.metadata;
      try {
        if (how === 'not counted') await this.#letGo(pod);
        await this.#pods(pod).delete(name, { preconditions: { uid } });
        recorder.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      } catch (error) {
        expectations.deletionObserved(key, uid);
        if (isGone(error)) return;
        recorder.event(job, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
        throw error;
      }
    });
  }

  /** Takes the finalizers off. @throws ApiError of the first that failed */
  async letGo(pods: readonly Pod[]): Promise<void> {
    await all(pods, (pod) => this.#letGo(pod));
  }

  async #letGo(pod: Pod): Promise<void> {
    if (!isTracked(pod)) return;
    const { name, uid } = pod.metadata;
    const patch = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } };
    try {
      await this.#pods(pod).patch(name, patch, { type: 'strategic' });
    } catch (error) {
      // Gone, or another one of that name: then nobody waits for us.
      if (!isGone(error)) throw error;
    }
  }

  #pods({ metadata }: Job | Pod): ResourceClient<Pod> {
    return this.#options.client.of(Pods).in(metadata.namespace ?? '');
  }
}

/** Each by itself; the first failure is thrown when all are through. */
async function all(pods: readonly Pod[], act: (pod: Pod) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(pods.map(act));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

const isGone = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 404 || (error.code === 422 && /metadata\.uid/.test(error.message)));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
