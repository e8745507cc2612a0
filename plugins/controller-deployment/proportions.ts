// Scaling in the middle of an update: the new replicas are spread over the ReplicaSets in proportion to their size, so
// that the risk stays the same: with 5 new and 10 old pods, three more are 1 new and 2 old ones.
// In Kubernetes: pkg/controller/deployment/sync.go (scale) and deployment_util.go (GetReplicaSetProportion).

import type { Deployment } from '../../core/model/deployment.ts';
import type { ReplicaSet } from '../../core/model/replica-set.ts';
import { maxSurge, replicasOf } from './fenceposts.ts';
import { maxReplicasAtLastScale, oldestFirst, sumOf, wanted } from './revisions.ts';

/** The sizes that the active ReplicaSets should have. */
export function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Map<ReplicaSet, number> {
  const replicas = replicasOf(deployment);
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - sumOf(active, wanted);
  // Bigger ones first; of equal ones the newer when growing, the older when shrinking.
  const age = toAdd > 0 ? (a: ReplicaSet, b: ReplicaSet) => oldestFirst(b, a) : oldestFirst;
  const ordered = [...active].sort((a, b) => wanted(b) - wanted(a) || age(a, b));
  const sizes = new Map<ReplicaSet, number>();
  let added = 0;
  for (const replicaSet of ordered) {
    const share = toAdd === 0 ? 0 : shareOf(replicaSet, deployment, toAdd, added);
    sizes.set(replicaSet, wanted(replicaSet) + share);
    added += share;
  }
  // Rounding leaves something: the biggest takes it.
  const biggest = ordered[0];
  if (biggest && toAdd !== 0) sizes.set(biggest, Math.max(0, (sizes.get(biggest) ?? 0) + toAdd - added));
  return sizes;
}

function shareOf(replicaSet: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (wanted(replicaSet) === 0 || toAdd === added) return 0;
  const fraction = fractionOf(replicaSet, deployment);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

function fractionOf(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = wanted(replicaSet);
  if (replicasOf(deployment) === 0) return -size;
  const before = maxReplicasAtLastScale(replicaSet) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * (replicasOf(deployment) + maxSurge(deployment))) / before) - size;
}
