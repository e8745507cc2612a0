// Rolling update, decided: how big the new ReplicaSet may be now, and how small the old ones may become.
// Always true: never more than replicas + maxSurge pods are wanted, and old pods that work go only as far as
// replicas - maxUnavailable others are available.
// In Kubernetes: pkg/controller/deployment/rolling.go.

import type { Deployment } from '../../core/model/deployment.ts';
import type { ReplicaSet } from '../../core/model/replica-set.ts';
import { isRollingUpdate, maxSurge, maxUnavailable, replicasOf } from './fenceposts.ts';
import { oldestFirst, sumOf, wanted } from './revisions.ts';

const available = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;

/**
 * The size that the new ReplicaSet may have now.
 * @param all old and new ones
 * @param size of the new one as it is; 0 when it is about to be made
 */
export function newSize(deployment: Deployment, all: readonly ReplicaSet[], size: number): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return replicas;
  const room = replicas + maxSurge(deployment) - sumOf(all, wanted);
  return room <= 0 ? size : size + Math.min(room, replicas - size);
}

/** The sizes that old ReplicaSets should shrink to; those that stay are not in it. */
export function shrinkOld(
  deployment: Deployment,
  newReplicaSet: ReplicaSet,
  old: readonly ReplicaSet[],
): Map<ReplicaSet, number> {
  const sizes = new Map<ReplicaSet, number>();
  const sizeOf = (replicaSet: ReplicaSet) => sizes.get(replicaSet) ?? wanted(replicaSet);
  const ordered = old.filter((replicaSet) => wanted(replicaSet) > 0).sort(oldestFirst);
  const minimum = replicasOf(deployment) - maxUnavailable(deployment);
  const unavailableNew = wanted(newReplicaSet) - available(newReplicaSet);
  const mayGo = sumOf(ordered, wanted) + wanted(newReplicaSet) - minimum - unavailableNew;
  if (mayGo <= 0) return sizes;
  // First those that do not work anyway, so that a broken old template does not stop the update.
  let left = mayGo;
  for (const replicaSet of ordered) {
    const going = Math.min(left, Math.max(0, wanted(replicaSet) - available(replicaSet)));
    if (going > 0) sizes.set(replicaSet, wanted(replicaSet) - going);
    left -= going;
  }
  // Then those that work, as far as enough others do.
  let spare = sumOf([...ordered, newReplicaSet], available) - minimum;
  for (const replicaSet of ordered) {
    const going = Math.min(Math.max(0, spare), sizeOf(replicaSet));
    if (going > 0) sizes.set(replicaSet, sizeOf(replicaSet) - going);
    spare -= going;
  }
  return sizes;
}
