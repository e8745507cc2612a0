// Make room: what preemption decided is done. Each victim gets the condition DisruptionTarget, is deleted (it has its grace
// period to end in), and an event says for whom. A victim that waits for a permit is on no node yet: it is turned away.
// Pods that were nominated to the node and are less important look for another place.
// Kubernetes: pkg/scheduler/framework/preemption, prepareCandidate.

import type { ApiClient } from '../contracts/api-client.ts';
import { type Clock, timestamp } from '../contracts/clock.ts';
import type { Nomination } from '../contracts/scheduler.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';

export interface RoomMaker {
  readonly client: ApiClient;
  readonly recorder: Pick<EventRecorder, 'event'>;
  readonly clock: Clock;
  readonly schedulerName: string;
  /** Turns away a pod that waits for a permit; false: this one does not. */
  readonly rejectWaiting: (pod: Pod, reason: string) => boolean;
}

/** Resolves when all victims are told to go. @throws ApiError when one could not be told */
export async function evictVictims(by: RoomMaker, preemptor: Pod, { node, victims }: Nomination): Promise<void> {
  await Promise.all(victims.map((victim) => evictVictim(by, preemptor, victim, node)));
}

async function evictVictim(by: RoomMaker, preemptor: Pod, victim: Pod, node: string): Promise<void> {
  if (!by.rejectWaiting(victim, 'preempted')) {
    if (victim.metadata.deletionTimestamp) return;
    const { name, namespace = 'default', uid } = victim.metadata;
    const pods = by.client.of(Pods).in(namespace);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      lastTransitionTime: timestamp(by.clock),
      reason: 'PreemptionByScheduler',
      message: `${by.schedulerName}: preempting to accommodate a higher priority pod`,
    };
    try {
      await pods.status.patch(name, { status: { conditions: [condition] } }, { type: 'strategic' });
      await pods.delete(name, { preconditions: { uid } });
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
  }
  const message = `Preempted by pod ${preemptor.metadata.uid} on node ${node}`;
  by.recorder.event(victim, 'Normal', 'Preempted', message, 'Preempting');
}

/** Clears `status.nominatedNodeName`. A pod that is gone needs it no more. */
export async function clearNomination(client: ApiClient, pod: Pod): Promise<void> {
  const { name, namespace = 'default' } = pod.metadata;
  try {
    await client
      .of(Pods)
      .in(namespace)
      .status.patch(name, { status: { nominatedNodeName: null } });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** It is not there any more, or another one of its name is. */
const isGone = (error: unknown): boolean => error instanceof ApiError && (error.code === 404 || error.code === 409);
