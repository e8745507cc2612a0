// Plan: the next steps of a StatefulSet. Lower numbers come first and go last. With OrderedReady each waits until the one
// before is available; with Parallel nobody waits. An update goes from the highest number down to the partition, one pod at
// a time, each only when the one before serves again. Decides only.
// In Kubernetes: pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet).

import { isAvailable } from '../../core/control/pods.ts';
import { revisionLabel } from '../../core/control/revisions.ts';
import type { ControllerRevision } from '../../core/model/controller-revision/controller-revision.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { StatefulSet } from '../../core/model/stateful-set/stateful-set.ts';
import { ordinalOf, ordinalsOf } from './stateful-pod.ts';

export type Step =
  | { readonly do: 'create'; readonly ordinal: number; readonly revision: ControllerRevision }
  | { readonly do: 'delete'; readonly pod: Pod; readonly why: 'ended' | 'too many' | 'old' };

export interface View {
  readonly set: StatefulSet;
  /** Its own, in any order. */
  readonly pods: readonly Pod[];
  /** What pods are updated from, and to. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded';

export const isServing = (pod: Pod, { set, now }: View): boolean =>
  !isGoing(pod) && pod.status?.phase === 'Running' && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);

export const isOf = (pod: Pod, revision: ControllerRevision): boolean =>
  pod.metadata.labels?.[revisionLabel] === revision.metadata.name;

const isOrdered = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy !== 'Parallel';

const isRolling = ({ spec }: StatefulSet): boolean => spec.updateStrategy?.type !== 'OnDelete';

/** The lowest number that is updated. */
const partitionOf = ({ spec }: StatefulSet): number => spec.updateStrategy?.rollingUpdate?.partition ?? 0;

/** Pods that the set has no number for any more, highest first. */
export function surplusOf({ set, pods }: View): readonly Pod[] {
  const wanted = new Set(ordinalsOf(set));
  return pods.filter((pod) => !wanted.has(ordinalOf(set, pod))).sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
}

export function plan(view: View): readonly Step[] {
  const { set } = view;
  const byOrdinal = new Map(view.pods.map((pod) => [ordinalOf(set, pod), pod]));
  const filled = fill(view, byOrdinal);
  if (filled.waits) return filled.steps;
  const shrunk = shrink(view, byOrdinal);
  const steps = [...filled.steps, ...shrunk.steps];
  if (shrunk.waits || !isRolling(set)) return steps;
  return [...steps, ...renew(view, byOrdinal)];
}

interface Stage {
  readonly steps: readonly Step[];
  /** Nothing of what comes later may be done yet. */
  readonly waits: boolean;
}

/** Every number has its pod. */
function fill(view: View, byOrdinal: ReadonlyMap<number, Pod>): Stage {
  const { set, current, update } = view;
  const steps: Step[] = [];
  const first = set.spec.ordinals?.start ?? 0;
  for (const ordinal of ordinalsOf(set)) {
    const pod = byOrdinal.get(ordinal);
    const isHeldBack = isRolling(set) && ordinal < first + partitionOf(set);
    if (!pod) steps.push({ do: 'create', ordinal, revision: isHeldBack ? current : update });
    else if (hasEnded(pod) && !isGoing(pod)) steps.push({ do: 'delete', pod, why: 'ended' });
    else if (isServing(pod, view)) continue;
    if (isOrdered(set)) return { steps, waits: true };
  }
  return { steps, waits: false };
}

/** What is too much goes, the highest first; in order, only when all before it serve, or it is itself what does not. */
function shrink(view: View, byOrdinal: ReadonlyMap<number, Pod>): Stage {
  const { set } = view;
  const steps: Step[] = [];
  const surplus = surplusOf(view);
  const inOrder = [...ordinalsOf(set).flatMap((ordinal) => byOrdinal.get(ordinal) ?? []), ...[...surplus].reverse()];
  const firstUnhealthy = inOrder.find((pod) => !isServing(pod, view));
  for (const pod of surplus) {
    if (isGoing(pod)) {
      if (isOrdered(set)) return { steps, waits: true };
      continue;
    }
    if (isOrdered(set) && !isServing(pod, view) && pod !== firstUnhealthy) return { steps, waits: true };
    steps.push({ do: 'delete', pod, why: 'too many' });
    if (isOrdered(set)) return { steps, waits: true };
  }
  return { steps, waits: false };
}

/** The highest pod that is old goes, once all above it serve. */
function renew(view: View, byOrdinal: ReadonlyMap<number, Pod>): readonly Step[] {
  const { set, update } = view;
  const lowest = (set.spec.ordinals?.start ?? 0) + partitionOf(set);
  for (const ordinal of [...ordinalsOf(set)].reverse()) {
    const pod = byOrdinal.get(ordinal);
    if (ordinal < lowest || !pod) return [];
    if (!isOf(pod, update) && !isGoing(pod)) return [{ do: 'delete', pod, why: 'old' }];
    if (!isServing(pod, view)) return [];
  }
  return [];
}
