// Modify: the one way in which an object that is there changes, whoever asks (PUT, PATCH, a subresource).
//
//   read what stands > make the next state from it > keep what this door must not change > admit > put, if it still stands
//
// A door is what part of the object a request may write: the main door everything but the status, the `status` door
// nothing else, ...  Always true: a change that changes nothing writes nothing; a state that was made from an older one
// than what stands is never stored; when a client did not say which state it meant, the change is made again on the new.

import type { Caller, NamedTarget } from '../contracts/api-server.ts';
import { Conflict, type Stored } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import { revise } from '../model/revise.ts';
import { conflict, notFound } from '../model/status.ts';
import { admit } from './admit.ts';
import { type AuditVerb, tell } from './audit.ts';
import { sameJson } from './json.ts';
import { keyFor } from './keys.ts';
import type { Machinery } from './machinery.ts';
import { checkIdentity, keepServerSet, wantsSomethingElse } from './metadata.ts';
import { prepareForUpdate } from './prepare.ts';
import { stamp } from './revision.ts';
import { isReadyToGo } from './terminating.ts';

/** How often a change is made again when somebody else was faster. */
const attempts = 5;

/** Gives what may be stored of `next`: the rest is as in `current`. */
export type Door = (next: KubeObject, current: KubeObject) => KubeObject;

export interface Change {
  readonly caller: Caller;
  readonly target: NamedTarget;
  /** What the client asked for, for the audit. */
  readonly verb: AuditVerb;
  readonly dryRun: boolean;
  readonly door: Door;
  /** The state that is wanted, made from what stands (stamped). Throws ApiError to refuse. */
  next(current: KubeObject): KubeObject | Promise<KubeObject>;
}

/** Carries out the change and gives the object as it then is. @throws ApiError */
export async function modify(api: Machinery, change: Change): Promise<KubeObject> {
  const { resource, namespace, name } = change.target;
  const key = keyFor(resource, namespace, name);
  for (let left = attempts; ; left -= 1) {
    const stored = await api.store.get(key);
    if (!stored) throw notFound(resource, name);
    try {
      return await modifyOnce(api, change, stored);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (left <= 1) throw conflict(resource, name);
    }
  }
}

async function modifyOnce(api: Machinery, change: Change, stored: Stored): Promise<KubeObject> {
  const { target, caller, dryRun } = change;
  const { resource } = target;
  const current = stamp(stored);
  const made = change.next(current);
  const wanted = made instanceof Promise ? await made : made;
  checkIdentity(resource, wanted.metadata, current.metadata);
  let next = change.door(wanted, current);
  next = revise(next, {
    metadata: keepServerSet(next.metadata, current.metadata, (stored.value as KubeObject).metadata),
  });
  if (!target.subresource) {
    next = api.services.keep(resource, prepareForUpdate(resource, next, current), current);
  }
  next = countGeneration(next, current);
  if (sameJson(next, stored.value)) return current;
  next = await admit(api, {
    operation: 'UPDATE',
    caller,
    target,
    object: next,
    previous: current,
    dryRun,
  });
  if (dryRun) return { ...next, metadata: { ...next.metadata, resourceVersion: current.metadata.resourceVersion } };
  const allocating = api.services.allocate(resource, next, current);
  const allocation = allocating instanceof Promise ? await allocating : allocating;
  try {
    if (isReadyToGo(allocation.object)) {
      await api.store.delete(stored.key, { expect: stored.modRevision });
      api.services.release(resource, allocation.object);
      tell(api, caller, target, change.verb, undefined, current);
      return allocation.object;
    }
    const put = await api.store.put(stored.key, allocation.object, { expect: stored.modRevision });
    allocation.settle();
    const changed = stamp(put);
    tell(api, caller, target, change.verb, changed, current);
    return changed;
  } catch (error) {
    allocation.undo();
    throw error;
  }
}

function countGeneration(next: KubeObject, current: KubeObject): KubeObject {
  const { generation } = current.metadata;
  if (generation === undefined || !wantsSomethingElse(next, current)) return next;
  return { ...next, metadata: { ...next.metadata, generation: generation + 1 } };
}
