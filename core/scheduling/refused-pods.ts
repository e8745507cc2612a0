// Refused pods: no node takes them now. They wait for the cluster to change; or, where the scheduler found that room can be
// made, the victims are told to go, the pod is nominated to their node, and it waits for them to be gone.
// Always true: the nomination counts from the moment of the decision, before the API knows of it.

import type { Nomination, Placement } from '../contracts/scheduler.ts';
import { keyOf } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { AssumedPods } from './assumed-pods.ts';
import { clearNomination, evictVictims } from './make-room.ts';
import type { QueuedPod } from './queue.ts';
import { fitError } from './refusals.ts';
import { type SchedulingState, textOf } from './scheduling-state.ts';

export type Refused = Extract<Placement, { readonly unschedulable: unknown }>;

export class RefusedPods {
  readonly #state: SchedulingState;
  readonly #assumed: AssumedPods;
  readonly #schedulerName: string;

  constructor(state: SchedulingState, assumed: AssumedPods, schedulerName: string) {
    this.#state = state;
    this.#assumed = assumed;
    this.#schedulerName = schedulerName;
  }

  refuse(queued: QueuedPod, refused: Refused): void {
    const { snapshot, nominations, queue } = this.#state;
    const { unschedulable, nominate, retryOn } = refused;
    const { pod } = queued;
    const message = fitError(snapshot.nodes.length, unschedulable, refused);
    if (nominate !== undefined && nominate !== 'nowhere') {
      return this.#state.track(this.#makeRoom(queued, nominate, message, retryOn));
    }
    if (nominate) nominations.forget(pod.metadata.uid);
    queue.refused(queued, retryOn);
    this.#state.track(this.#state.tell(pod, 'Unschedulable', message, nominate && ''));
  }

  async #makeRoom(
    queued: QueuedPod,
    nomination: Nomination,
    message: string,
    retryOn: Refused['retryOn'],
  ): Promise<void> {
    const { nominations, queue, parts, signal } = this.#state;
    const { pod } = queued;
    const less = nominations.lessImportant(pod, nomination.node);
    for (const { metadata } of less) nominations.forget(metadata.uid);
    nominations.set(pod, nomination.node);
    const rejectWaiting = ({ metadata }: Pod, reason: string) => this.#assumed.reject(metadata.uid, reason);
    try {
      await evictVictims({ ...parts, schedulerName: this.#schedulerName, rejectWaiting }, pod, nomination);
      await Promise.all(less.map((other) => clearNomination(parts.client, other)));
      for (const { metadata } of less) queue.retry(metadata.uid);
      await this.#state.tell(pod, 'Unschedulable', message, nomination.node);
      queue.refused(queued, retryOn);
    } catch (error) {
      if (!signal.aborted) this.#state.fail(queued, `preemption for pod ${keyOf(pod)}: ${textOf(error)}`);
    }
  }
}
