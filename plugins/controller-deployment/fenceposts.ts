// How far a rolling update may stray from the wanted number of pods: above it (surge) and below it (unavailable).
// A percentage of the replicas is rounded up for the surge and down for the unavailable.
// In Kubernetes: pkg/controller/deployment/util (ResolveFenceposts, MaxSurge, MaxUnavailable).

import type { Deployment } from '../../core/model/deployment.ts';

export const replicasOf = ({ spec }: Deployment): number => spec.replicas ?? 1;

export const isRollingUpdate = ({ spec }: Deployment): boolean =>
  (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** `25%` of the total, or the number itself. */
export function scaled(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const percent = /^([0-9]+)%$/.exec(value)?.[1];
  if (percent === undefined) return 0;
  const exact = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

/** Neither may stop the other: when both come to nothing, one pod may be unavailable. */
export function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, replicasOf(deployment), 'up');
  const unavailable = scaled(maxUnavailable, replicasOf(deployment), 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Pods beyond the wanted number that may exist during an update. */
export const maxSurge = (deployment: Deployment): number =>
  isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;

/** Wanted pods that may be missing during an update. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}
