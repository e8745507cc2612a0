// Records: JSON objects of which nothing is known. Keys are data: nothing here reads what a prototype has.

import type { KubeObject } from '../../../core/model/meta.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** An object of any kind, looked into by name. */
export type AnyObject = KubeObject & JsonRecord;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const own = (record: JsonRecord | undefined, key: string): unknown =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** Whether two JSON values say the same, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
