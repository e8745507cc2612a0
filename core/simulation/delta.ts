// Delta: what is different between two versions of an object, so that a record need not repeat what stayed.
//   {"spec":{"renewTime":["2026-01-01T00:00:10.000000Z"]}}
//   a map    look inside: fields of an object, or places of a list of the same length
//   [value]  this stands there now
//   0        nothing stands there any more
// Always true: apply(before, difference(before, after)) is equal to `after`, and shares with `before` what stayed.

export type Delta = 0 | readonly [unknown] | { readonly [key: string]: Delta };

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Undefined: they are equal. */
export function difference(before: unknown, after: unknown): Delta | undefined {
  if (before === after) return undefined;
  if (!isTree(before) || !isTree(after) || !isAlike(before, after)) return [after];
  const changes: [string, Delta][] = [];
  for (const key of Object.keys(after)) {
    if (after[key] === undefined) continue;
    const change =
      Object.hasOwn(before, key) && before[key] !== undefined
        ? difference(before[key], after[key])
        : ([after[key]] as const);
    if (change !== undefined) changes.push([key, change]);
  }
  for (const key of Object.keys(before)) {
    if (before[key] !== undefined && (!Object.hasOwn(after, key) || after[key] === undefined)) changes.push([key, 0]);
  }
  // Not an assignment: `__proto__` is a key like any other.
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

/** Lists of one length are compared place by place. */
const isAlike = (before: Tree, after: Tree): boolean =>
  Array.isArray(before) === Array.isArray(after) &&
  (!Array.isArray(before) || before.length === (after as unknown as readonly unknown[]).length);

/** @throws Error when the delta cannot be of this object */
export function apply(before: unknown, delta: Delta): unknown {
  if (delta === 0) return undefined;
  if (Array.isArray(delta)) return delta[0];
  if (!isTree(before)) throw new Error('a change of something that is not there');
  const entries = Object.entries(delta as Readonly<Record<string, Delta>>);
  if (Array.isArray(before)) {
    const list = [...before];
    for (const [place, change] of entries) list[Number(place)] = apply(list[Number(place)], change);
    return list;
  }
  const map = new Map(Object.entries(before));
  for (const [key, change] of entries) {
    if (change === 0) map.delete(key);
    else map.set(key, apply(map.get(key), change));
  }
  return Object.fromEntries(map);
}
