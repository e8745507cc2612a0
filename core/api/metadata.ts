// metadata: what the server sets, keeps and refuses in it.
// In real Kubernetes: apiserver/pkg/registry/rest (BeforeCreate, BeforeUpdate) and apimachinery's validation of updates.

import { type Clock, timestamp } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import type { KubeObject, ObjectMeta } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { revise } from '../model/revise.ts';
import { conflict, invalid } from '../model/status.ts';
import { sameJson } from './json.ts';

/** Longest stem of a generated name: 63 less the five letters that are appended. */
const longestStem = 58;

/** Named, if it wants its name generated. @throws ApiError 422 when it says neither. */
export function nameObject(resource: Resource, object: KubeObject, random: Random): KubeObject {
  const { name, generateName } = object.metadata;
  if (name) return object;
  if (!generateName) {
    const message = 'Required value: name or generateName is required';
    throw invalid(resource, '', [{ reason: 'FieldValueRequired', message, field: 'metadata.name' }]);
  }
  const generated = generateName.slice(0, longestStem) + random.suffix(5);
  return { ...object, metadata: { ...object.metadata, name: generated } };
}

/** What the server alone says about a new object: uid, time of birth, generation; nothing of a former life. */
export function bear(resource: Resource, object: KubeObject, clock: Clock, random: Random): KubeObject {
  const given = object.metadata;
  const own = formerLife.some((field) => given[field] !== undefined) ? withoutFormerLife(given) : given;
  const metadata = revise(own, {
    uid: random.uuid(),
    creationTimestamp: timestamp(clock),
    generation: resource.hasStatus && !resource.withoutGeneration ? 1 : undefined,
  });
  return revise(object, { metadata });
}

const formerLife = [
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'generation',
] as const;

const withoutFormerLife = (metadata: ObjectMeta): ObjectMeta =>
  Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !(formerLife as readonly string[]).includes(key)),
  ) as unknown as ObjectMeta;

const serverSet = ['uid', 'creationTimestamp', 'deletionTimestamp'] as const;

/**
 * Fills in what the server set when the client left it out; the resourceVersion goes. What changes nothing comes back as it
 * is stored, so that all states of an object share one: most writes are of a status or a lease.
 * @param current stamped @param stored the same without resourceVersion
 */
export function keepServerSet(next: ObjectMeta, current: ObjectMeta, stored: ObjectMeta): ObjectMeta {
  if (next === current) return stored;
  const kept: { -readonly [K in keyof ObjectMeta]?: unknown } = {};
  // Field by field: a rest pattern takes ten times as long.
  for (const field in next) {
    if (field === 'resourceVersion' || field === 'managedFields') continue;
    kept[field as keyof ObjectMeta] = next[field as keyof ObjectMeta];
  }
  for (const field of serverSet) {
    const was = current[field];
    if (was !== undefined && (!kept[field] || isSameTime(kept[field], was))) kept[field] = was;
  }
  for (const field of ['generation', 'deletionGracePeriodSeconds'] as const) {
    if (current[field] !== undefined) kept[field] = current[field];
    else if (kept[field] !== undefined) delete kept[field];
  }
  return sameFields(kept as ObjectMeta, stored) ? stored : (kept as ObjectMeta);
}

/** The same instant in other words: JavaScript's clients write `12:00:00.000Z` where they read `12:00:00Z`. */
const isSameTime = (a: unknown, b: string): boolean =>
  a !== b && typeof a === 'string' && a.includes('T') && Date.parse(a) === Date.parse(b);

/** Whether the fields are the very same: an equal map that is another object is another one. */
function sameFields(a: ObjectMeta, b: ObjectMeta): boolean {
  for (const field in a) if (a[field as keyof ObjectMeta] !== b[field as keyof ObjectMeta]) return false;
  for (const field in b) if (!Object.hasOwn(a, field)) return false;
  return true;
}

/** Refuses a write that was meant for another object, or for an older state of it. @throws ApiError 409 */
export function checkIdentity(resource: Resource, next: ObjectMeta, current: ObjectMeta): void {
  if (next.uid && next.uid !== current.uid) {
    const why = `Precondition failed: UID in precondition: ${next.uid}, UID in object meta: ${current.uid}`;
    throw conflict(resource, current.name, why);
  }
  if (next.resourceVersion && next.resourceVersion !== current.resourceVersion) throw conflict(resource, current.name);
}

/** Whether what is wanted of the object changed: anything but metadata and status. */
export function wantsSomethingElse(next: KubeObject, current: KubeObject): boolean {
  for (const field in { ...current, ...next }) {
    if (field === 'metadata' || field === 'status') continue;
    if (!sameJson(Reflect.get(next, field), Reflect.get(current, field))) return true;
  }
  return false;
}
