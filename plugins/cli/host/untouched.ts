// Untouched: whether a scheduler leaves what it is shown as it was. Pods and nodes are frozen, so that changing one throws at
// the line that does it; what cannot be frozen (the view's columns, the lists of pods) is written down before each attempt
// and compared after it: a few microseconds for each node.

import type { ClusterView, Placement } from '../../../core/contracts/scheduler.ts';
import { keyOf } from '../../../core/model/meta.ts';
import type { Pod } from '../../../core/model/pod.ts';
import { deepFreeze } from '../../../core/testing/deep-freeze.ts';

/** A scheduler wrote into what it is to read. */
export class ViewChanged extends Error {}

/** Places the pod, and looks at the view before and after. @throws ViewChanged */
export function untouched(pod: Pod, view: ClusterView, place: () => Placement): Placement {
  deepFreeze(pod);
  for (const { node } of view.nodes) deepFreeze(node);
  const before = contents(view);
  const placement = place();
  const after = contents(view);
  for (const [what, value] of before) {
    const now = after.get(what);
    if (now === value) continue;
    throw new ViewChanged(
      `it changed ${what}: it was ${shown(value)} and is ${shown(now)}; the view is to be read only`,
    );
  }
  return placement;
}

const columns = [
  'allocatableCpu',
  'allocatableMemory',
  'allocatablePods',
  'requestedCpu',
  'requestedMemory',
  'requestedPods',
  'nonZeroCpu',
  'nonZeroMemory',
  'restricted',
] as const;

/** What the view holds, by where it stands. */
function contents(view: ClusterView): Map<string, string> {
  const found = new Map<string, string>([['nodes', view.nodes.map(({ name }) => name).join(' ')]]);
  for (const entry of view.nodes) {
    const { name, index, pods, usedPorts, unschedulable } = entry;
    found.set(`pods of ${name}`, pods.map(keyOf).join(' '));
    found.set(`usedPorts of ${name}`, [...usedPorts].join(' '));
    found.set(`index of ${name}`, String(index));
    found.set(`unschedulable of ${name}`, String(unschedulable));
    found.set(`allocatable of ${name}`, JSON.stringify(entry.allocatable));
    for (const column of columns) found.set(`columns.${column} of ${name}`, String(view.columns[column][index]));
  }
  return found;
}

const shown = (value: string | undefined): string =>
  JSON.stringify(value !== undefined && value.length > 80 ? `${value.slice(0, 77)}...` : value);
