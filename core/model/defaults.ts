// Defaults: how a kind's `default` fills in what was not said, by copy on write. Every function here gives back the very
// object it got when nothing is missing, so defaulting twice costs nothing and equal subtrees stay shared.

import type { ResourceList } from './quantity.ts';
import { canonical } from './quantity.ts';
import { copyOf, revise } from './revise.ts';

/** The object with these values where it has none (undefined or null). */
export function fill<T extends object>(object: T, defaults: { readonly [K in keyof T]?: T[K] | undefined }): T {
  let changed: T | undefined;
  for (const key in defaults) {
    const value = defaults[key];
    if (value === undefined || (object[key] !== undefined && object[key] !== null)) continue;
    changed ??= copyOf(object);
    changed[key] = value as T[typeof key];
  }
  return changed ?? object;
}

/** The object with that field replaced by what `change` makes of it; an absent field stays absent. */
export function within<T extends object, K extends keyof T>(
  object: T,
  key: K,
  change: (value: NonNullable<T[K]>) => T[K],
): T {
  const value = object[key];
  if (value === undefined || value === null) return object;
  return revise(object, { [key]: change(value as NonNullable<T[K]>) } as { [F in K]: T[F] } as Partial<T>);
}

/** The list with every item replaced; the list itself if none changed. */
export function each<T>(change: (item: T, index: number) => T): (list: readonly T[]) => readonly T[] {
  return (list) => {
    // Defaults come before the rules, so what should be a list may be anything.
    if (!Array.isArray(list)) return list;
    let changed: T[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const item: T = list[i];
      const next = typeof item === 'object' && item !== null ? change(item, i) : item;
      if (next === item) continue;
      changed ??= [...list];
      changed[i] = next;
    }
    return changed ?? list;
  };
}

/** Does nothing to what is no object: the rules will refuse it later. */
export function ifObject<T>(change: (value: T) => T): (value: T) => T {
  return (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? change(value) : value);
}

/** The object without that field. */
export function without<T extends object>(object: T, key: keyof T): T {
  if (!(key in object)) return object;
  const { [key]: _, ...rest } = object;
  return rest as T;
}

const canonicalTexts = new Map<unknown, string>();

/** The canonical text of a quantity: `0.5` is kept as `500m`. What is no quantity stays, for the rules to refuse. */
function canonicalText(quantity: string): string {
  const known = canonicalTexts.get(quantity);
  if (known !== undefined) return known;
  let text = quantity;
  try {
    text = canonical(quantity);
  } catch {
    return quantity;
  }
  if (canonicalTexts.size > 10_000) canonicalTexts.clear();
  canonicalTexts.set(quantity, text);
  return text;
}

/** Amounts in canonical text, as Kubernetes keeps them. */
export const canonicalAmounts = ifObject((amounts: ResourceList): ResourceList => {
  let changed: Record<string, string> | undefined;
  for (const name of Object.keys(amounts)) {
    const quantity = amounts[name]!;
    const text = canonicalText(quantity);
    if (text === quantity) continue;
    changed ??= { ...amounts };
    changed[name] = text;
  }
  return changed ?? amounts;
});
