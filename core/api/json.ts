// Plain JSON, handled so that keys are only ever data: `__proto__` and `constructor` are legal keys of a ConfigMap.
// Always true: nothing here assigns by a foreign key into an object literal; own properties are defined, never set.

export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own property or undefined: never what the prototype has. */
export const own = (record: JsonRecord, key: string): unknown => (Object.hasOwn(record, key) ? record[key] : undefined);

/** Whether two JSON values say the same, whatever the order of keys. Shared parts are equal without a look. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  if (Array.isArray(b)) return false;
  return sameRecord(a as JsonRecord, b as JsonRecord);
}

/** Makes nothing on its way: each write asks it of the whole object. A key without a value is no key. */
function sameRecord(a: JsonRecord, b: JsonRecord): boolean {
  let keys = 0;
  for (const key in a) {
    const value = a[key];
    if (value === undefined) continue;
    if (!Object.hasOwn(b, key) || !sameJson(value, b[key])) return false;
    keys += 1;
  }
  for (const key in b) if (b[key] !== undefined) keys -= 1;
  return keys === 0;
}
