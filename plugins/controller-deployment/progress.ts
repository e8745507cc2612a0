// The status of a Deployment: counts, and the conditions Available, Progressing and ReplicaFailure, from which
// `kubectl rollout status` reads how far an update is.
// In Kubernetes: pkg/controller/deployment/progress.go and deployment_util.go.

import { findCondition, removeCondition } from '../../core/model/conditions.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../core/model/deployment.ts';
import type { ReplicaSet } from '../../core/model/replica-set.ts';
import { maxUnavailable, replicasOf } from './fenceposts.ts';
import { sumOf } from './revisions.ts';

export type Conditions = readonly DeploymentCondition[];

export const timedOut = 'ProgressDeadlineExceeded';
const newAvailable = 'NewReplicaSetAvailable';
const paused = 'DeploymentPaused';

/** 2147483647 means: none. */
export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2147483647;

export interface Told {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * The conditions with this one in its place; the same list when its status and reason stand already. The condition goes
 * to the end; its transition time stays while the status does.
 */
export function withCondition(conditions: Conditions | undefined, told: Told, now: string): Conditions {
  const before = findCondition(conditions, told.type);
  if (before?.status === told.status && before.reason === told.reason) return conditions ?? [];
  const lastTransitionTime = before?.status === told.status ? (before.lastTransitionTime ?? now) : now;
  return [...removeCondition(conditions, told.type), { ...told, lastUpdateTime: now, lastTransitionTime }];
}

/** Counts, and whether enough pods are available. */
export function countsOf(
  deployment: Deployment,
  newReplicaSet: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: string,
): DeploymentStatus {
  const replicas = sumOf(all, ({ status }) => status?.replicas ?? 0);
  const ready = sumOf(all, ({ status }) => status?.readyReplicas ?? 0);
  const available = sumOf(all, ({ status }) => status?.availableReplicas ?? 0);
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const { observedGeneration, collisionCount, conditions } = deployment.status ?? {};
  return orderly({
    observedGeneration: deployment.metadata.generation ?? observedGeneration,
    replicas,
    updatedReplicas: newReplicaSet?.status?.replicas ?? 0,
    readyReplicas: ready,
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicas - available),
    collisionCount,
    conditions: withCondition(conditions, enough ? isAvailable : isUnavailable, now),
  });
}

const isAvailable: Told = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};
const isUnavailable: Told = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

/** As Kubernetes' JSON has it: what is 0, absent or empty is left out. */
const orderly = (
  status: { readonly [K in keyof DeploymentStatus]: DeploymentStatus[K] | undefined },
): DeploymentStatus =>
  Object.fromEntries(
    Object.entries(status).filter(
      ([, value]) => value !== undefined && value !== 0 && !(Array.isArray(value) && value.length === 0),
    ),
  ) as DeploymentStatus;

const number = (value: number | undefined): number => value ?? 0;

/** All pods are new, and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const replicas = replicasOf(deployment);
  return (
    number(status.updatedReplicas) === replicas &&
    number(status.replicas) === replicas &&
    number(status.availableReplicas) === replicas &&
    number(status.observedGeneration) >= (deployment.metadata.generation ?? 0)
  );
}

/** More new pods, fewer old ones, more ready or more available than before. */
function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => number(status.replicas) - number(status.updatedReplicas);
  return (
    number(after.updatedReplicas) > number(before.updatedReplicas) ||
    old(after) < old(before) ||
    number(after.readyReplicas) > number(before.readyReplicas) ||
    number(after.availableReplicas) > number(before.availableReplicas)
  );
}

function hasTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const progressing = findCondition(status.conditions, 'Progressing');
  if (!progressing || progressing.reason === newAvailable) return false;
  if (progressing.reason === timedOut) return true;
  return Date.parse(progressing.lastUpdateTime ?? '') + deadlineOf(deployment) < now;
}

const deadlineOf = ({ spec }: Deployment): number => (spec.progressDeadlineSeconds ?? 600) * 1000;

/** The status after a step of a roll-out. `now` in milliseconds, and as text. */
export function rolloutStatus(
  deployment: Deployment,
  newReplicaSet: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: number,
  text: string,
): DeploymentStatus {
  const status = countsOf(deployment, newReplicaSet, all, text);
  let conditions: Conditions = status.conditions ?? [];
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  if (!hasDeadline(deployment)) conditions = removeCondition(conditions, 'Progressing');
  const completeBefore = number(status.replicas) === number(status.updatedReplicas) && current?.reason === newAvailable;
  if (hasDeadline(deployment) && !completeBefore) {
    const name = newReplicaSet
      ? `ReplicaSet "${newReplicaSet.metadata.name}"`
      : `Deployment "${deployment.metadata.name}"`;
    const tell = (status: Told['status'], reason: string, what: string) => {
      conditions = withCondition(
        conditions,
        { type: 'Progressing', status, reason, message: `${name} ${what}.` },
        text,
      );
    };
    if (isComplete(deployment, status)) tell('True', newAvailable, 'has successfully progressed');
    else if (isProgressing(deployment.status ?? {}, status)) {
      // Written anew even when it stands: its lastUpdateTime is what the deadline counts from.
      const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
      conditions = removeCondition(conditions, 'Progressing');
      tell('True', 'ReplicaSetUpdated', 'is progressing');
      if (since !== undefined)
        conditions = conditions.map((one) =>
          one.type === 'Progressing' ? { ...one, lastTransitionTime: since } : one,
        );
    } else if (hasTimedOut(deployment, status, now)) tell('False', timedOut, 'has timed out progressing');
  }
  return orderly({ ...status, conditions: withFailure(conditions, newReplicaSet, all) });
}

/** ReplicaFailure is handed up from the new ReplicaSet, else from an old one. */
function withFailure(
  conditions: Conditions,
  newReplicaSet: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): Conditions {
  const type = 'ReplicaFailure';
  const failures = [newReplicaSet, ...all].flatMap((one) => findCondition(one?.status?.conditions, type) ?? []);
  const failure = failures[0];
  if (!failure) return removeCondition(conditions, type);
  const { status, reason = '', message = '', lastTransitionTime = '' } = failure;
  const before = findCondition(conditions, type);
  if (before?.status === status && before.reason === reason) return conditions;
  return [
    ...removeCondition(conditions, type),
    { type, status, reason, message, lastTransitionTime, lastUpdateTime: lastTransitionTime },
  ];
}

/** While it is paused, the deadline does not count. The same list when there is nothing to say. */
export function pausedConditions(deployment: Deployment, now: string): Conditions {
  const conditions = deployment.status?.conditions ?? [];
  const current = findCondition(conditions, 'Progressing');
  if (!hasDeadline(deployment) || current?.reason === timedOut) return conditions;
  const told = (reason: string, message: string): Told => ({ type: 'Progressing', status: 'Unknown', reason, message });
  const isTold = current?.reason === paused;
  if (deployment.spec.paused && !isTold) return withCondition(conditions, told(paused, 'Deployment is paused'), now);
  if (!deployment.spec.paused && isTold)
    return withCondition(conditions, told('DeploymentResumed', 'Deployment is resumed'), now);
  return conditions;
}

/** Milliseconds until the deadline may have passed; undefined when nothing is waited for. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const current = findCondition(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || !current) return undefined;
  if (isComplete(deployment, status) || current.reason === timedOut) return undefined;
  const left = Date.parse(current.lastUpdateTime ?? '') + deadlineOf(deployment) - now;
  return Math.max(0, left) + 1000;
}
