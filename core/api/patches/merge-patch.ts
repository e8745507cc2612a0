// JSON merge patch (RFC 7386): what the patch names is replaced, null takes away, objects merge, lists are replaced.

import { isRecord, type JsonRecord, own } from '../json.ts';

/** A patched copy; what the patch does not touch is shared with the target. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const base: JsonRecord = isRecord(target) ? target : {};
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(own(base, key), value));
  }
  return Object.fromEntries(result);
}
