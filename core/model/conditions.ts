// Conditions: answers to yes-or-no questions about an object, one a type. A condition remembers when its answer last
// changed, so whoever writes it says what is so now and leaves the time to `setCondition`.

import { revise } from './revise.ts';

/** What all kinds' conditions have in common. */
export interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/**
 * The conditions with this one in its place. `lastTransitionTime` is kept while the status stays, and is `now` (RFC 3339)
 * when it changes. The list itself comes back when nothing changed, so that no write is made for nothing.
 */
export function setCondition<C extends AnyCondition>(
  conditions: readonly C[] | undefined,
  condition: Omit<C, 'lastTransitionTime'> & { readonly lastTransitionTime?: string | undefined },
  now: string,
): readonly C[] {
  const before = conditions ?? [];
  const index = before.findIndex((one) => one.type === condition.type);
  const previous = before[index];
  const next = nextCondition(previous, condition, now);
  // Not `[...before, next]`: a list that is spread and added to keeps room for seventeen.
  if (previous === undefined) return before.concat([next]);
  return next === previous ? before : before.with(index, next);
}

/** What a condition becomes: `previous` itself, if it says all that already. `now` is RFC 3339. */
export function nextCondition<C extends AnyCondition>(
  previous: C | undefined,
  condition: Omit<C, 'lastTransitionTime'> & { readonly lastTransitionTime?: string | undefined },
  now: string,
): C {
  const wanted = condition as unknown as C;
  const changed = wanted.lastTransitionTime ?? now;
  const since = previous?.status === wanted.status ? (previous.lastTransitionTime ?? changed) : changed;
  const next = revise(wanted, { lastTransitionTime: since } as Partial<C>);
  return previous !== undefined && same(previous, next) ? previous : shared(next);
}

/** What was said last of a type: thousands of pods that become ready in one second say the same, and share the words. */
const said = new Map<string, AnyCondition>();

function shared<C extends AnyCondition>(condition: C): C {
  const last = said.get(condition.type);
  if (last && same(last, condition)) return last as C;
  said.set(condition.type, condition);
  return condition;
}

function same(a: object, b: object): boolean {
  for (const key in a) if (Reflect.get(a, key) !== Reflect.get(b, key)) return false;
  for (const key in b) if (!(key in a) && Reflect.get(b, key) !== undefined) return false;
  return true;
}

export const findCondition = <C extends AnyCondition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => {
  // No closure: controllers ask this of thousands of pods.
  for (const condition of conditions ?? none) if (condition.type === type) return condition as C;
  return undefined;
};

const none: readonly AnyCondition[] = [];

export const isTrue = (conditions: readonly AnyCondition[] | undefined, type: string): boolean =>
  findCondition(conditions, type)?.status === 'True';

/** The conditions without that type; the list itself if it is not there. */
export const removeCondition = <C extends AnyCondition>(
  conditions: readonly C[] | undefined,
  type: string,
): readonly C[] =>
  conditions?.some((condition) => condition.type === type)
    ? conditions.filter((condition) => condition.type !== type)
    : (conditions ?? []);
