// Delete. At once, if nothing holds the object back; else it is marked (deletionTimestamp) and goes when its grace
// period is over (a second delete with 0, from the kubelet) and its finalizers are gone (the update that takes the last).

import type { DeleteOptions, ListOptions } from '../contracts/api-client.ts';
import type { AdmissionRequest, Caller, NamedTarget, Target } from '../contracts/api-server.ts';
import { timestamp } from '../contracts/clock.ts';
import { Conflict, KeyNotFound, type Stored } from '../contracts/store.ts';
import type { KubeList, KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { ApiError, badRequest, conflict, methodNotSupported, notFound, type Status } from '../model/status.ts';
import { validateAll } from './admit.ts';
import { type AuditVerb, tell } from './audit.ts';
import { authorizeVerb } from './authorize.ts';
import { sameJson } from './json.ts';
import { keyFor } from './keys.ts';
import type { Machinery } from './machinery.ts';
import { list } from './read.ts';
import { stamp } from './revision.ts';
import { finalizersFor, graceOf, isFull, isReadyToGo } from './terminating.ts';

const attempts = 5;

/** What the client asked for, for the audit: not every deletion was called so. */
interface Asked {
  readonly verb: AuditVerb;
  readonly subresource?: string;
  /** What is written into the object beside the mark: why it goes. */
  readonly why?: (object: KubeObject) => KubeObject;
}

export async function remove(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  options: DeleteOptions = {},
): Promise<KubeObject | Status> {
  await authorizeVerb(api, caller, 'delete', target);
  // Part of an object cannot go alone.
  if (target.subresource !== undefined) throw methodNotSupported(target.resource, 'delete');
  return removeAuthorized(api, caller, target, options);
}

export async function removeAuthorized(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  options: DeleteOptions,
  asked: Asked = { verb: 'delete' },
): Promise<KubeObject | Status> {
  const { resource, namespace, name } = target;
  if (options.propagationPolicy && !['Orphan', 'Background', 'Foreground'].includes(options.propagationPolicy)) {
    throw badRequest(
      `propagationPolicy: Unsupported value: "${options.propagationPolicy}": supported values: "Orphan", "Background", "Foreground"`,
    );
  }
  const key = keyFor(resource, namespace, name);
  for (let left = attempts; ; left -= 1) {
    const stored = await api.store.get(key);
    if (!stored) throw notFound(resource, name);
    try {
      return await removeOnce(api, caller, target, stored, options, asked);
    } catch (error) {
      if (error instanceof KeyNotFound) throw notFound(resource, name);
      if (!(error instanceof Conflict)) throw error;
      if (left <= 1) throw conflict(resource, name);
    }
  }
}

async function removeOnce(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  stored: Stored,
  options: DeleteOptions,
  asked: Asked,
): Promise<KubeObject | Status> {
  const { resource } = target;
  const current = stamp(stored);
  checkPreconditions(resource, current, options);
  const dryRun = options.dryRun === true;
  const request: AdmissionRequest = { operation: 'DELETE', user: caller.user, target, previous: current, dryRun };
  await validateAll(api.admission, request);

  const object = stored.value as KubeObject;
  const marked = mark(api, resource, asked.why?.(object) ?? object, options);
  if (isReadyToGo(marked)) {
    if (!dryRun) {
      await api.store.delete(stored.key, { expect: stored.modRevision });
      api.services.release(resource, current);
      tell(api, caller, { resource, ...asked }, asked.verb, undefined, current);
    }
    return gone(resource, current);
  }
  if (dryRun || sameJson(marked, stored.value)) return dryRun ? marked : current;
  const terminating = stamp(await api.store.put(stored.key, marked, { expect: stored.modRevision }));
  tell(api, caller, { resource, ...asked }, asked.verb, terminating, current);
  return terminating;
}

/** The object with what says that it is to go: since when, how long it has, who has to agree. */
function mark(api: Machinery, resource: Resource, object: KubeObject, options: DeleteOptions): KubeObject {
  const { metadata } = object;
  const finalizers = finalizersFor(object, options);
  let grace = graceOf(resource, object, options);
  if (metadata.deletionTimestamp) {
    // It is going already: the time that is left can be cut short, not prolonged.
    grace = Math.min(
      metadata.deletionGracePeriodSeconds ?? 0,
      options.gracePeriodSeconds === undefined ? Number.POSITIVE_INFINITY : grace,
    );
    if (grace === (metadata.deletionGracePeriodSeconds ?? 0) && sameJson(finalizers, metadata.finalizers ?? []))
      return object;
  }
  const keepTime = metadata.deletionTimestamp && grace === (metadata.deletionGracePeriodSeconds ?? 0);
  const { finalizers: _, ...rest } = metadata;
  const next: KubeObject = {
    ...object,
    metadata: {
      ...rest,
      ...(finalizers.length > 0 && { finalizers }),
      deletionTimestamp:
        keepTime && metadata.deletionTimestamp
          ? metadata.deletionTimestamp
          : timestamp({ now: () => api.clock.now() + grace * 1000 }),
      ...(!isFull(object) && { deletionGracePeriodSeconds: grace }),
      ...(metadata.generation !== undefined && !metadata.deletionTimestamp && { generation: metadata.generation + 1 }),
    },
  };
  return isFull(object)
    ? ({ ...next, status: { ...(object as { status?: object }).status, phase: 'Terminating' } } as KubeObject)
    : next;
}

/** @throws ApiError 409 */
function checkPreconditions(resource: Resource, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  if (preconditions?.uid !== undefined && preconditions.uid !== metadata.uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(resource, metadata.name, why);
  }
  const wanted = preconditions?.resourceVersion;
  if (wanted !== undefined && wanted !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(resource, metadata.name, why);
  }
}

const gone = (resource: Resource, { metadata }: KubeObject): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name: metadata.name,
    ...(resource.group !== '' && { group: resource.group }),
    kind: resource.plural,
    uid: metadata.uid,
  },
});

/** Deletes what a list selects, each by itself; gives what was listed. */
export async function removeCollection(
  api: Machinery,
  caller: Caller,
  target: Target,
  options: DeleteOptions & ListOptions = {},
): Promise<KubeList> {
  await authorizeVerb(api, caller, 'deletecollection', target);
  const { labelSelector, fieldSelector, limit } = options;
  const found = await list(api, caller, target, {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(limit !== undefined && { limit }),
  });
  for (const { metadata } of found.items) {
    const { namespace, name } = metadata;
    try {
      const one = { ...target, name, ...(namespace && { namespace }) };
      await removeAuthorized(api, caller, one, options, { verb: 'deletecollection' });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
  return found;
}
