// Indexes: which numbers of an Indexed Job are done, as its status writes it: `0,2-4`. And what is to be run next.

import type { Pod } from '../../core/model/pod.ts';

/** On pods, as annotation and label: the number that the pod runs. */
export const indexKey = 'batch.kubernetes.io/job-completion-index';

/** The pod's number; undefined when it has none that is one. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexKey];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `0,2-4` as numbers, those of the Job's own size only: it may have been made smaller. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const [first = Number.NaN, last = first] = /^\d+(-\d+)?$/.test(part) ? part.split('-').map(Number) : [];
    for (let index = first; index <= last && index < completions; index += 1) indexes.add(index);
  }
  return indexes;
}

/** `0,2-4`; two neighbours are written `2,3`, as Kubernetes does. */
export function formatIndexes(indexes: Iterable<number>): string {
  const runs: [number, number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === index) run[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
}

/** The lowest numbers that are neither done nor running, at most so many. */
export function pendingIndexes(
  completions: number,
  count: number,
  ...taken: readonly ReadonlySet<number>[]
): readonly number[] {
  const indexes: number[] = [];
  for (let index = 0; index < completions && indexes.length < count; index += 1)
    if (!taken.some((one) => one.has(index))) indexes.push(index);
  return indexes;
}

/** All but one of the pods that run the same number, and those whose number is none of the Job's. */
export function surplusPods(active: readonly Pod[], completions: number): readonly Pod[] {
  const seen = new Set<number>();
  return active.filter((pod) => {
    const index = indexOf(pod);
    if (index === undefined || index >= completions || seen.has(index)) return true;
    seen.add(index);
    return false;
  });
}
