// Plain JSON, handled so that keys are only ever data: `__proto__` and `constructor` are legal keys of a ConfigMap.
// Always true: nothing here assigns by a foreign key into an object literal; own properties are defined, never set.

import { badRequest } from '../model/status.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Deeper than any sensible object and far from the end of the stack. */
const maxDepth = 100;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own property or undefined: never what the prototype has. */
export const own = (record: JsonRecord, key: string): unknown => (Object.hasOwn(record, key) ? record[key] : undefined);

/** A record from pairs; every key becomes an own property, `__proto__` too. */
export const recordOf = (entries: Iterable<readonly [string, unknown]>): JsonRecord => Object.fromEntries(entries);

/** A copy without the key. */
export function without<T extends object>(record: T, key: string): T {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key)) as T;
}

/** @throws ApiError 400 when the value is nested too deep. */
export function checkDepth(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= maxDepth) throw badRequest(`the body is nested deeper than ${maxDepth} levels`);
  if (Array.isArray(value)) {
    for (const item of value) checkDepth(item, depth + 1);
  } else {
    for (const key in value) {
      const item = (value as JsonRecord)[key];
      if (typeof item === 'object') checkDepth(item, depth + 1);
    }
  }
}

/** Whether two JSON values say the same, whatever the order of keys. Shared parts are equal without a look. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  if (Array.isArray(b)) return false;
  const keys = definedKeys(a as JsonRecord);
  return (
    keys.length === definedKeys(b as JsonRecord).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson((a as JsonRecord)[key], (b as JsonRecord)[key]))
  );
}

const definedKeys = (record: JsonRecord): string[] => Object.keys(record).filter((key) => record[key] !== undefined);
