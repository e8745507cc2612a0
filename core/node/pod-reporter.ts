// Pod reporter: keeps the newest version of a pod that is known, and writes its status when it has changed.
// Always true: a version never gives way to an older one; nothing is written that stands there already; a write never
// overwrites what somebody else wrote meanwhile (resourceVersion).
// In real Kubernetes: the kubelet's status manager, one for all pods, which patches.

import { timestamp } from '../contracts/clock.ts';
import { type Pod, Pods } from '../model/pod.ts';
import type { PodStatus } from '../model/pod-status.ts';
import { ApiError } from '../model/status.ts';
import type { NodeContext } from './node-context.ts';
import { type PodStatusFacts, podStatus, sameStatus } from './pod-status.ts';

export class PodReporter {
  readonly #node: NodeContext;
  #pod: Pod;

  constructor(pod: Pod, node: NodeContext) {
    this.#pod = pod;
    this.#node = node;
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** Takes a version of the pod, unless a newer one is known. */
  update(pod: Pod): void {
    if (Number(pod.metadata.resourceVersion) >= Number(this.#pod.metadata.resourceVersion)) this.#pod = pod;
  }

  /** Writes the status, if it has changed. False: the API could not be reached, try again. */
  async report(facts: Omit<PodStatusFacts, 'pod' | 'now' | 'hostIP' | 'runtimeName'>): Promise<boolean> {
    const { clock, hostIP, runtime } = this.#node;
    // A conflict is answered by looking at what stands there now; somebody else may be as quick again.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const pod = this.#pod;
      const status = podStatus({ ...facts, pod, now: timestamp(clock), hostIP, runtimeName: runtime.name });
      if (sameStatus(status, pod.status)) return true;
      const written = await this.#write(pod, status);
      if (written !== 'conflict') return written;
    }
    return false;
  }

  async #write(pod: Pod, status: PodStatus): Promise<boolean | 'conflict'> {
    const { name, namespace = '', uid } = pod.metadata;
    const pods = this.#node.client.of(Pods).in(namespace);
    try {
      this.update(await pods.status.update({ ...pod, status }));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // It is gone; the watch will say so.
      if (error.code === 404) return true;
      if (error.code !== 409) return false;
    }
    try {
      const now = await pods.get(name);
      if (now.metadata.uid !== uid) return true;
      this.update(now);
      return 'conflict';
    } catch {
      return true;
    }
  }
}
