// Strategic merge patch: Kubernetes' own. Like a merge patch, but some lists are merged item by item, told apart by a
// merge key that the field's schema names (containers by `name`, ports by `containerPort`); directives say the rest:
//   $patch: replace | delete | merge             on an object, or on an item of a merged list
//   $retainKeys: [a, b]                          of this object keep no other keys
//   $deleteFromPrimitiveList/finalizers: [x]     take these texts out of the list
//   $setElementOrder/containers: [{name: a}, …]  the order of the list afterwards
// Always true: nothing that was given is changed; no directive is left in the result.
// In real Kubernetes: apimachinery/pkg/util/strategicpatch. Items that the patch brings come before items that only the
// server has, unless the server's order says otherwise; that is its rule, and ours.

import { type Field, type MessageType, messageType } from '../../model/schema.ts';
import { badRequest } from '../../model/status.ts';
import { isRecord, type JsonRecord, own, sameJson } from '../json.ts';
import { order } from './element-order.ts';
import { itemKey, unprocessable } from './items.ts';

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/** A patched copy. @throws ApiError 400 or 422 */
export function strategicMergePatch(target: unknown, patch: unknown, type: MessageType | undefined): JsonRecord {
  if (!isRecord(patch)) throw badRequest('a strategic merge patch must be a JSON object');
  return mergeObject(isRecord(target) ? target : {}, patch, type);
}

function mergeObject(original: JsonRecord, patch: JsonRecord, type: MessageType | undefined): JsonRecord {
  const directive = own(patch, '$patch');
  if (directive === 'replace') return dropDirectives(patch) as JsonRecord;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`unknown patch type found: ${JSON.stringify(directive)}`);
  }
  const result = new Map(Object.entries(retained(original, patch)));
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$patch' || key === '$retainKeys') continue;
    if (key.startsWith(deletePrefix)) {
      const name = key.slice(deletePrefix.length);
      const list = result.get(name);
      if (!Array.isArray(value)) throw badRequest('The patch format is invalid for a primitive list');
      if (Array.isArray(list))
        result.set(
          name,
          list.filter((item) => !value.some((gone) => sameJson(gone, item))),
        );
      continue;
    }
    if (key.startsWith('$')) continue;
    if (value === null) {
      result.delete(key);
      continue;
    }
    result.set(key, mergeField(result.get(key), value, fieldOf(type, key)));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    const name = key.slice(orderPrefix.length);
    const list = result.get(name);
    if (!Array.isArray(value)) throw badRequest('The patch format is invalid for $setElementOrder: it must be a list');
    const mergeKey = fieldOf(type, name)?.patchMergeKey;
    checkOrder(own(patch, name), value, mergeKey);
    const before = original[name];
    if (Array.isArray(list)) result.set(name, order(list, value, Array.isArray(before) ? before : [], mergeKey));
  }
  return Object.fromEntries(result);
}

/** The original, less what $retainKeys does not name. */
function retained(original: JsonRecord, patch: JsonRecord): JsonRecord {
  const keep = own(patch, '$retainKeys');
  if (keep === undefined) return original;
  const refuse = () => badRequest('The patch format is invalid for $retainKeys: it must list all fields of the patch');
  if (!Array.isArray(keep)) throw refuse();
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith('$') && value !== null && !keep.includes(key)) throw refuse();
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.includes(key)));
}

function mergeField(original: unknown, patch: unknown, field: Field | undefined): unknown {
  const strategies = field?.patchStrategy?.split(',') ?? [];
  if (Array.isArray(patch)) {
    if (!Array.isArray(original)) return dropDirectives(patch);
    return strategies.includes('merge') ? mergeList(original, patch, field) : dropDirectives(patch);
  }
  if (isRecord(patch)) {
    if (!isRecord(original)) return dropDirectives(patch);
    return strategies.includes('replace') ? dropDirectives(patch) : mergeObject(original, patch, messageOf(field));
  }
  return patch;
}

function mergeList(original: readonly unknown[], patch: readonly unknown[], field: Field | undefined): unknown[] {
  const mergeKey = field?.patchMergeKey;
  if (mergeKey === undefined) {
    const both = [...original, ...patch];
    return order(
      both.filter((item, i) => both.findIndex((other) => sameJson(other, item)) === i),
      patch,
      original,
      undefined,
    );
  }
  const replaces = patch.some((item) => isRecord(item) && own(item, '$patch') === 'replace');
  const plain = patch.filter((item) => !(isRecord(item) && own(item, '$patch') !== undefined));
  if (replaces) return plain.map(dropDirectives);

  let kept = [...original];
  for (const item of patch) {
    if (!isRecord(item) || own(item, '$patch') === undefined) continue;
    if (own(item, '$patch') !== 'delete')
      throw unprocessable(`unknown patch type found: ${String(own(item, '$patch'))}`);
    const gone = itemKey(item, mergeKey);
    kept = kept.filter((other) => !sameJson(itemKey(other, mergeKey), gone));
  }
  const merged = [...kept];
  for (const item of plain) {
    const key = itemKey(item, mergeKey);
    const at = merged.findIndex((other) => sameJson(itemKey(other, mergeKey), key));
    if (at < 0) merged.push(dropDirectives(item));
    else merged[at] = mergeObject(merged[at] as JsonRecord, item as JsonRecord, messageOf(field));
  }
  return order(merged, plain, original, mergeKey);
}

/** The order must name every item of the patch, and in the patch's order. */
function checkOrder(patch: unknown, wanted: readonly unknown[], mergeKey: string | undefined): void {
  if (!Array.isArray(patch)) return;
  const keyed = (item: unknown) => (mergeKey === undefined ? item : itemKey(item, mergeKey));
  let at = 0;
  for (const item of patch) {
    if (isRecord(item) && own(item, '$patch') !== undefined) continue;
    while (at < wanted.length && !sameJson(keyed(wanted[at]), keyed(item))) at += 1;
    if (at >= wanted.length) {
      throw badRequest(
        `The order in patch list:\n${JSON.stringify(patch)}\n doesn't match $setElementOrder list:\n${JSON.stringify(wanted)}\n`,
      );
    }
  }
}

/** What is new needs no merging: only its directives and nulls go. */
function dropDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    const marked = (item: unknown) => isRecord(item) && own(item, '$patch') !== undefined;
    return value.filter((item) => !marked(item)).map(dropDirectives);
  }
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => !isDirective(key) && item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, dropDirectives(item)]));
}

const isDirective = (key: string): boolean =>
  key === '$patch' || key === '$retainKeys' || key.startsWith(orderPrefix) || key.startsWith(deletePrefix);

const fieldOf = (type: MessageType | undefined, key: string): Field | undefined => type?.fields.get(key);

/** The type of a field's items or values; none inside maps of objects, whose keys are data. */
const messageOf = (field: Field | undefined): MessageType | undefined =>
  field && !field.map && 'message' in field.type ? messageType(field.type.message) : undefined;
