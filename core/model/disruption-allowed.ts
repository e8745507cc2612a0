// DisruptionAllowed: the condition of a PodDisruptionBudget that says in words what its number says. The disruption
// controller writes it, and the eviction subresource when it takes the last one.
// In Kubernetes: component-helpers/apps/poddisruptionbudget.

import type { Condition } from './condition.ts';
import { setCondition } from './conditions.ts';
import type { PodDisruptionBudgetStatus } from './pod-disruption-budget.ts';

export const disruptionAllowed = 'DisruptionAllowed';

const told = (status: PodDisruptionBudgetStatus): Pick<Condition, 'status' | 'reason'> =>
  status.disruptionsAllowed > 0
    ? { status: 'True', reason: 'SufficientPods' }
    : { status: 'False', reason: 'InsufficientPods' };

/** The status with the condition that its numbers mean. @param now RFC 3339 */
export function withDisruptionAllowed(status: PodDisruptionBudgetStatus, now: string): PodDisruptionBudgetStatus {
  return { ...status, conditions: setCondition(status.conditions, conditionOf(status), now) };
}

/** Everything else failed: none may go, and the condition says why. @param now RFC 3339 */
export function withSyncFailed(status: PodDisruptionBudgetStatus, why: string, now: string): PodDisruptionBudgetStatus {
  const condition = { ...conditionOf(status), status: 'False', reason: 'SyncFailed', message: why };
  return { ...status, disruptionsAllowed: 0, conditions: setCondition(status.conditions, condition, now) };
}

const conditionOf = (status: PodDisruptionBudgetStatus): Omit<Condition, 'lastTransitionTime'> => ({
  type: disruptionAllowed,
  ...told(status),
  ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
  message: '',
});
