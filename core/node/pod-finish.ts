// Pod finish: brings a pod to its end, look by look: what lives is stopped, the sandbox is stopped, the last status is
// reported, and a pod that was deleted is removed from the runtime and then from the API.
// Always true: the API forgets a pod only when nothing of it runs any more.
// In Kubernetes: kubelet.go (SyncTerminatingPod, SyncTerminatedPod), status_manager.go (the final delete).

import { type Pod, Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import type { NodeContext } from './node-context.ts';
import { PodEnd } from './pod-end.ts';
import type { Plan } from './pod-plan.ts';
import type { PodProbes } from './pod-probes.ts';
import { isAlive, type PodRuntime } from './pod-runtime.ts';
import type { PodSandbox } from './pod-sandbox.ts';

/** Milliseconds until a runtime is asked again that failed to stop a pod. */
const pause = 10_000;
/** Milliseconds until the API is asked again that could not be reached. */
const apiPause = 1_000;

export type Over = NonNullable<Plan['over']>;

export interface PodFinishOptions {
  readonly node: NodeContext;
  readonly sandbox: PodSandbox;
  readonly probes: PodProbes;
  /** The newest version that is known. */
  pod(): Pod;
  /** False: the API could not be reached. */
  report(seen: PodRuntime, over: Over | undefined): Promise<boolean>;
  /** Have another look after so many milliseconds. */
  lookIn(milliseconds: number): void;
  /** Nothing is left of the pod, here and in the API. */
  onGone(): void;
}

export class PodFinish {
  readonly #options: PodFinishOptions;
  #end: PodEnd | undefined;
  /** The API was asked to remove it. */
  #removed = false;

  constructor(options: PodFinishOptions) {
    this.#options = options;
  }

  /** One look at a pod that is to end. @param gone the API has no such pod any more */
  async look(seen: PodRuntime, over: Over, gone: boolean): Promise<void> {
    const { node, probes, sandbox, report, lookIn, onGone } = this.#options;
    const pod = this.#options.pod();
    if ([...seen.runs.values()].flat().some(isAlive)) return this.#stopAll(pod, seen, gone);
    probes.stop();
    if (this.#end) return;
    if (seen.sandbox?.state === 'ready') {
      await node.runtime.stopSandbox(seen.sandbox.id);
      return lookIn(0);
    }
    if (gone) {
      await sandbox.remove(seen);
      return onGone();
    }
    // There is nothing to say of a pod that nothing was ever started of.
    const reported = seen.runs.size === 0 || (await report(seen, over));
    if (!reported) return lookIn(apiPause);
    if (pod.metadata.deletionTimestamp !== undefined && !this.#removed) await this.#removeFromApi(seen);
  }

  /** Ends the wait for hooks, when the kubelet itself ends. */
  leave(): void {
    this.#end?.leave();
  }

  /** Everything that lives is asked to end; asked again with less time, it ends sooner. */
  async #stopAll(pod: Pod, seen: PodRuntime, gone: boolean): Promise<void> {
    const { node, probes, report, lookIn } = this.#options;
    probes.ending();
    const deleting = pod.metadata.deletionGracePeriodSeconds;
    const grace = Math.max(1, deleting ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    if (this.#end) {
      if (deleting !== undefined) this.#end.shorten(grace);
    } else {
      this.#end = new PodEnd(pod, seen, grace, node);
      const ended = (inMilliseconds: number) => {
        this.#end = undefined;
        lookIn(inMilliseconds);
      };
      // A runtime that fails to stop it is asked again.
      this.#end.done.then(
        () => ended(0),
        () => ended(pause),
      );
    }
    if (!gone) await report(seen, undefined);
  }

  async #removeFromApi(seen: PodRuntime): Promise<void> {
    const { node, sandbox, lookIn } = this.#options;
    const { name, namespace = '', uid } = this.#options.pod().metadata;
    await sandbox.remove(seen);
    try {
      await node.client.of(Pods).in(namespace).delete(name, { gracePeriodSeconds: 0, preconditions: { uid } });
      this.#removed = true;
    } catch (error) {
      // Gone already, or another pod of that name: the watch says so.
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) this.#removed = true;
      else lookIn(apiPause);
    }
  }
}
