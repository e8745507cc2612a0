// JSON as Go writes it, and so kubectl: keys in order, and signs that mean something in HTML escaped.

import { isRecord } from './records.ts';

/** @param indent blanks a level; none: all on one line */
export function goJson(value: unknown, indent = 0): string {
  return JSON.stringify(inOrder(value), undefined, indent).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A copy whose keys are in order, all the way down. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, inOrder(item)]));
}
