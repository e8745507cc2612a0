// Disruption: may this pod be taken away now? Its PodDisruptionBudget says; whoever gets a yes has used up one of what was
// allowed, and his pod is noted down in the budget until it is seen going.
// Always true: two who ask at the same time do not get the same last yes: the budget is written as it was read, or not at all.
// In real Kubernetes: pkg/registry/core/pod/storage/eviction.go.

import type { Caller } from '../../contracts/api-server.ts';
import { timestamp } from '../../contracts/clock.ts';
import { findCondition, isTrue } from '../../model/conditions.ts';
import { disruptionAllowed, withDisruptionAllowed } from '../../model/disruption-allowed.ts';
import { matches, selectorOf } from '../../model/labels.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';
import {
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  PodDisruptionBudgets,
} from '../../model/pod-disruption-budget.ts';
import type { Resource } from '../../model/resource.ts';
import { ApiError, forbidden } from '../../model/status.ts';
import { doorOf } from '../doors.ts';
import { prefixOf } from '../keys.ts';
import type { Machinery } from '../machinery.ts';
import { type Change, modify } from '../modify.ts';

const budgets = PodDisruptionBudgets as Resource;

/** More evictions than these, that the controller has not seen yet, are not taken. */
const mostDisruptedPods = 2000;

/**
 * A drain evicts all pods of a node at once, and each conflict means that another one has got its answer.
 * In real Kubernetes: twenty, half a second apart.
 */
const attempts = 100;

/** The server itself keeps the budgets; who evicts need not be allowed to write them. */
const itself: Caller = { user: { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] } };

/** `unready`: it may go as long as it does not become Ready. */
export type Permission = { readonly budget?: string; readonly unready?: boolean };

/** Takes one disruption off the pod's budget, if it has a budget. @throws ApiError 429 when none is left; 500 for two budgets */
export async function permitDisruption(api: Machinery, pod: Pod, dryRun: boolean): Promise<Permission> {
  const [found, ...more] = await budgetsOf(api, pod);
  if (!found) return {};
  const { name } = found.metadata;
  if (more.length > 0) {
    const why = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiError(500, 'InternalError', why);
  }
  if (!isTrue(pod.status?.conditions, 'Ready') && mayGoUnready(found)) return { budget: name, unready: true };
  const target = { resource: budgets, namespace: pod.metadata.namespace ?? '', name, subresource: 'status' };
  const next = (current: KubeObject) => less(current as PodDisruptionBudget, pod, timestamp(api.clock));
  const change: Change = { caller: itself, target, verb: 'update', door: doorOf(target), dryRun, next };
  for (let left = attempts; left > 0; left -= 1) if (await isCarriedOut(api, change)) return { budget: name };
  const why = `Timeout: couldn't update PodDisruptionBudget ${JSON.stringify(name)} due to conflicts`;
  throw new ApiError(504, 'Timeout', why, { retryAfterSeconds: 10 });
}

/** False: somebody else wrote at the same time. @throws ApiError */
async function isCarriedOut(api: Machinery, change: Change): Promise<boolean> {
  try {
    await modify(api, change);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'Conflict') return false;
    throw error;
  }
}

/** 429: come back later. The controller has not counted what stands now. */
export const stillProcessed = (budget: string): ApiError =>
  refusal(`The disruption budget ${budget} is still being processed by the server.`, 10);

async function budgetsOf(api: Machinery, { metadata }: Pod): Promise<PodDisruptionBudget[]> {
  const { items } = await api.store.list(prefixOf(budgets, metadata.namespace));
  return items
    .map(({ value }) => value as PodDisruptionBudget)
    .filter(({ spec }) => matches(selectorOf(spec?.selector), metadata.labels));
}

/** A pod that is not Ready counts for nobody: its end disturbs nothing, where the others suffice or the budget says so. */
function mayGoUnready({ spec, status }: PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** The budget with one disruption less. @throws ApiError */
function less(budget: PodDisruptionBudget, pod: Pod, now: string): PodDisruptionBudget {
  const { metadata, status } = budget;
  const { name, generation = 0 } = metadata;
  if (!status || (status.observedGeneration ?? 0) < generation) throw stillProcessed(name);
  const { disruptionsAllowed = 0, disruptedPods = {} } = status;
  if (Object.keys(disruptedPods).length > mostDisruptedPods) {
    const why = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    throw forbidden({ group: 'policy', plural: 'poddisruptionbudget' }, name, why);
  }
  if (disruptionsAllowed <= 0) throw refusal(`The disruption budget ${name} ${whyNot(status)}`);
  const rest: PodDisruptionBudgetStatus = {
    ...status,
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [pod.metadata.name]: now },
  };
  return { ...budget, status: rest.disruptionsAllowed === 0 ? withDisruptionAllowed(rest, now) : rest };
}

function whyNot({ conditions, currentHealthy, desiredHealthy }: PodDisruptionBudgetStatus): string {
  const condition = findCondition(conditions, disruptionAllowed);
  const because = condition?.status === 'False' && condition.message ? condition : undefined;
  const notNow = 'does not allow evicting pods currently';
  if (because?.reason === 'SyncFailed') return `${notNow} because it failed sync: ${because.message}`;
  if (currentHealthy <= desiredHealthy)
    return `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return because ? `${notNow} (${because.reason}): ${because.message}` : notNow;
}

/** @param retryAfterSeconds when to come back; told only if it is known */
function refusal(why: string, retryAfterSeconds?: number): ApiError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const causes = [{ reason: 'DisruptionBudget', message: why }];
  const after = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new ApiError(429, 'TooManyRequests', message, { causes, ...after });
}
