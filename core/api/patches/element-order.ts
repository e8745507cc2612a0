// The order of a merged list: items that the patch (or its $setElementOrder) names, in its order, and between them the
// items that only the server has, in the server's order: such an item stands before a named one only when the server's
// list had both and it stood before there.

import { sameJson } from '../json.ts';
import { itemKey } from './items.ts';

/** @param mergeKey tells items apart; without one they are compared whole. */
export function order(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  server: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const keyed = (item: unknown) => (mergeKey === undefined ? item : itemKey(item, mergeKey));
  const placeIn = (list: readonly unknown[], item: unknown) => {
    const key = keyed(item);
    return list.findIndex((other) => sameJson(keyed(other), key));
  };
  const by = (list: readonly unknown[]) => (a: unknown, b: unknown) => placeIn(list, a) - placeIn(list, b);
  const named = merged.filter((item) => placeIn(wanted, item) >= 0).sort(by(wanted));
  const serverOnly = merged.filter((item) => placeIn(wanted, item) < 0).sort(by(server));

  const result: unknown[] = [];
  for (const item of named) {
    const place = placeIn(server, item);
    while (place >= 0 && serverOnly.length > 0) {
      const other = placeIn(server, serverOnly[0]);
      if (other < 0 || other > place) break;
      result.push(serverOnly.shift());
    }
    result.push(item);
  }
  return [...result, ...serverOnly];
}
