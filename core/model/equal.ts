// Equality of plain JSON by value. Shared subtrees are equal at a glance, so most comparisons end early.

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Absent, undefined and null are the same, as in Kubernetes' JSON; the order of keys does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  }
  for (const key of Object.keys(a)) if (!equal(own(a, key), own(b, key))) return false;
  for (const key of Object.keys(b)) if (!Object.hasOwn(a, key) && !equal(undefined, own(b, key))) return false;
  return true;
}

const own = (object: object, key: string): unknown =>
  Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
