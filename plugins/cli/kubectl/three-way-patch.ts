// Three-way patch: what `kubectl apply` sends. Three states of an object:
//   last     what was applied the time before (the annotation last-applied-configuration)
//   wanted   what is applied now
//   live     what the server has: wanted then, plus what the server and others put there
// The patch makes the live object as wanted, takes away what was applied before and is wanted no more, and leaves alone
// what others put there. With a schema it is a strategic merge patch, which knows lists by their keys; without one (kinds
// that Kubernetes does not have) a merge patch, which replaces lists whole.
// Always true: an empty patch means that there is nothing to do.

import { type Field, type MessageType, messageType } from '../../../core/model/schema.ts';
import { isRecord, type JsonRecord, own, sameJson } from './records.ts';

export function threeWayPatch(
  last: JsonRecord,
  wanted: JsonRecord,
  live: JsonRecord,
  schema?: MessageType,
): JsonRecord {
  const patch = new Map<string, unknown>();
  for (const key of Object.keys(last).sort()) if (!Object.hasOwn(wanted, key)) patch.set(key, null);
  for (const [key, want] of Object.entries(wanted)) {
    const field = schema?.fields.get(key);
    const [before, now] = [own(last, key), own(live, key)];
    if (now === undefined || now === null) {
      if (want !== null && want !== undefined) patch.set(key, want);
      continue;
    }
    if (want === null) patch.set(key, null);
    else if (isRecord(want) && isRecord(now)) {
      const inner = threeWayPatch(isRecord(before) ? before : {}, want, now, typeOf(field));
      if (Object.keys(inner).length === 0) continue;
      const keeps = field?.patchStrategy?.includes('retainKeys');
      patch.set(key, keeps ? { $retainKeys: Object.keys(want).sort(), ...inner } : inner);
    } else if (Array.isArray(want) && Array.isArray(now) && field?.patchStrategy?.includes('merge')) {
      const lists = { last: Array.isArray(before) ? before : [], want, now };
      for (const [name, value] of listPatch(key, field, lists)) patch.set(name, value);
    } else if (!sameJson(want, now)) patch.set(key, want);
  }
  return Object.fromEntries(patch);
}

interface Lists {
  readonly last: readonly unknown[];
  readonly want: readonly unknown[];
  readonly now: readonly unknown[];
}

/** What a merged list adds to the patch: changed items, items to delete, and the order of all. */
function listPatch(name: string, field: Field, lists: Lists): [name: string, value: unknown][] {
  const { patchMergeKey } = field;
  if (!patchMergeKey) return plainListPatch(name, lists);
  const { last, want, now } = lists;
  if (![...last, ...want, ...now].every((item) => isRecord(item) && Object.hasOwn(item, patchMergeKey))) {
    return sameJson(want, now) ? [] : [[name, want]];
  }
  const key = (item: unknown) => own(item as JsonRecord, patchMergeKey);
  const find = (list: readonly unknown[], wanted: unknown) =>
    list.find((item) => key(item) === key(wanted)) as JsonRecord;
  const changed = want.flatMap((item) => {
    const there = find(now, item);
    if (!there) return [item];
    const inner = threeWayPatch(find(last, item) ?? {}, item as JsonRecord, there, typeOf(field));
    return Object.keys(inner).length > 0 ? [{ ...inner, [patchMergeKey]: key(item) }] : [];
  });
  const gone = last
    .filter((item) => !find(want, item))
    .map((item) => ({ $patch: 'delete', [patchMergeKey]: key(item) }));
  const inOrder = sameJson(
    now.map(key).filter((one) => want.some((item) => key(item) === one)),
    want.map(key),
  );
  if (changed.length + gone.length === 0 && inOrder) return [];
  const order = want.map((item) => ({ [patchMergeKey]: key(item) }));
  const items = [...changed, ...gone];
  return [[`$setElementOrder/${name}`, order], ...(items.length > 0 ? [[name, items] as [string, unknown]] : [])];
}

function plainListPatch(name: string, { last, want, now }: Lists): [name: string, value: unknown][] {
  const added = want.filter((item) => !now.includes(item));
  const gone = last.filter((item) => !want.includes(item));
  if (added.length + gone.length === 0) return [];
  return [
    [`$setElementOrder/${name}`, want],
    ...(added.length > 0 ? [[name, added] as [string, unknown]] : []),
    ...(gone.length > 0 ? [[`$deleteFromPrimitiveList/${name}`, gone] as [string, unknown]] : []),
  ];
}

/** The type of what a field holds; none inside maps, whose keys are data. */
const typeOf = (field: Field | undefined): MessageType | undefined =>
  field && !field.map && 'message' in field.type ? messageType(field.type.message) : undefined;
