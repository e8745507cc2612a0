// The status of a StatefulSet: pods, counted, and which revision they are of.

import { isReady } from '../../core/control/pods.ts';
import type { StatefulSetStatus } from '../../core/model/stateful-set/stateful-set.ts';
import { isGoing, isOf, isServing, type View } from './plan.ts';

export function statusOf(view: View): StatefulSetStatus {
  const { set, pods, current, update } = view;
  const staying = pods.filter((pod) => !isGoing(pod));
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length;
  const updated = staying.filter((pod) => isOf(pod, update)).length;
  const replicas = set.spec.replicas ?? 1;
  // All pods are new and ready: the update is over, and the new revision is the one in force.
  const isOver = updated === pods.length && pods.length === replicas && ready === replicas;
  const old = isOver ? update : current;
  const currentReplicas = staying.filter((pod) => isOf(pod, old)).length;
  const { generation } = set.metadata;
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    replicas: pods.length,
    // As Kubernetes' JSON has it: numbers of nothing are left out, but for those that it always tells.
    ...(ready > 0 && { readyReplicas: ready }),
    ...(currentReplicas > 0 && { currentReplicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    currentRevision: old.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: 0,
    availableReplicas: pods.filter((pod) => isServing(pod, view)).length,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}
