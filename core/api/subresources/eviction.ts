// eviction: a polite delete of a pod, as `kubectl drain` asks for it. A PodDisruptionBudget may refuse it for a while (429);
// the pod is told by the condition DisruptionTarget why it goes.
// In real Kubernetes the condition is written first, and then the pod is deleted; here both are one write.

import type { DeleteOptions, WriteOptions } from '../../contracts/api-client.ts';
import type { Caller, NamedTarget } from '../../contracts/api-server.ts';
import { timestamp } from '../../contracts/clock.ts';
import { setCondition } from '../../model/conditions.ts';
import type { KubeObject } from '../../model/meta.ts';
import { type Pod, Pods } from '../../model/pod.ts';
import type { Resource } from '../../model/resource.ts';
import { ApiError, badRequest, notFound, type Status } from '../../model/status.ts';
import { authorizeVerb } from '../authorize.ts';
import { decode, placeInNamespace } from '../decode.ts';
import { removeAuthorized } from '../delete.ts';
import { keyFor } from '../keys.ts';
import type { Machinery } from '../machinery.ts';
import { stamp } from '../revision.ts';
import { created } from './created.ts';
import { type Permission, permitDisruption, stillProcessed } from './disruption.ts';

const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', plural: 'evictions' } as const;

/** How often a pod that needs no permission is looked at again, when it changed in between. */
const attempts = 5;

export async function evict(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: WriteOptions = {},
): Promise<Status> {
  await authorizeVerb(api, caller, 'create', target);
  const eviction = placeInNamespace(target, decode(evictionKind, body, caller, options));
  if (eviction.metadata.name && eviction.metadata.name !== target.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const { deleteOptions } = eviction as { deleteOptions?: DeleteOptions & { dryRun?: unknown } };
  const { subresource: _, ...pod } = target;
  const dryRun = options.dryRun === true || Boolean(deleteOptions?.dryRun);
  for (let left = attempts; ; left -= 1) {
    if (await evictOnce(api, caller, pod, { ...deleteOptions, dryRun }, left <= 1)) return created();
  }
}

/** False: the pod changed since it was looked at. @throws ApiError, on the last attempt that one too */
async function evictOnce(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  options: DeleteOptions,
  isLast: boolean,
): Promise<boolean> {
  const pod = await standing(api, target);
  const free = isNobodysLoss(pod);
  const permission: Permission = free ? {} : await permitDisruption(api, pod, options.dryRun === true);
  // A pod that may go because it is not Ready must not have become Ready meanwhile.
  const mayBecomeReady = free && pod.status?.phase === 'Pending' && pod.metadata.deletionTimestamp === undefined;
  const exact = (permission.unready || mayBecomeReady) && !options.preconditions?.resourceVersion;
  const { resourceVersion } = pod.metadata;
  const meant = exact ? { ...options, preconditions: { ...options.preconditions, resourceVersion } } : options;
  const why = (object: KubeObject) => withReason(object as Pod, timestamp(api.clock));
  try {
    await removeAuthorized(api, caller, target, meant, { verb: 'create', subresource: 'eviction', why });
    return true;
  } catch (error) {
    if (!exact || !(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    if (permission.budget !== undefined) throw stillProcessed(permission.budget);
    if (isLast) throw error;
    return false;
  }
}

async function standing(api: Machinery, { resource, namespace, name }: NamedTarget): Promise<Pod> {
  const stored = await api.store.get(keyFor(Pods as Resource, namespace, name));
  if (!stored) throw notFound(resource, name);
  return stamp(stored) as Pod;
}

/** It does not run yet, or no more, or goes anyway: no budget is asked. */
const isNobodysLoss = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? '');

const withReason = (pod: Pod, now: string): Pod => ({
  ...pod,
  status: { ...pod.status, conditions: setCondition(pod.status?.conditions, disruptionTarget, now) },
});

const disruptionTarget = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};
