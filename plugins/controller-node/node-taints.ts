// Node taints: which taints a node should have for what its conditions say (pure functions).
// In Kubernetes: node_lifecycle_controller.go (nodeConditionToTaintKeyStatusMap), controller_utils.go.

import { findCondition } from '../../core/model/conditions.ts';
import type { Node } from '../../core/model/node.ts';
import type { Taint } from '../../core/model/taint.ts';

export const notReady = 'node.kubernetes.io/not-ready';
export const unreachable = 'node.kubernetes.io/unreachable';
const unschedulable = 'node.kubernetes.io/unschedulable';
const pressures: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};

const managed = new Set([notReady, unreachable, unschedulable, ...Object.values(pressures)]);

/** The taints that the node should have: others' as they are, ours as its conditions ask for. undefined: it has them. */
export function wantedTaints(node: Node, now: string): readonly Taint[] | undefined {
  const { conditions } = node.status ?? {};
  const present = node.spec.taints ?? [];
  const wanted: Taint[] = [];
  const want = (key: string, effect: string) => {
    const there = present.find((taint) => taint.key === key && taint.effect === effect);
    // Eviction counts from when a taint was added.
    wanted.push(there ?? { key, effect, timeAdded: now });
  };
  const ready = findCondition(conditions, 'Ready')?.status;
  if (ready !== 'True') {
    const key = ready === 'Unknown' ? unreachable : notReady;
    want(key, 'NoSchedule');
    // A node that has never reported has nothing on it that could be evicted.
    if (ready !== undefined) want(key, 'NoExecute');
  }
  if (node.spec.unschedulable) want(unschedulable, 'NoSchedule');
  for (const [type, key] of Object.entries(pressures)) {
    if (findCondition(conditions, type)?.status === 'True') want(key, 'NoSchedule');
  }
  const others = present.filter((taint) => !managed.has(taint.key));
  const all = [...others, ...wanted];
  const same = all.length === present.length && all.every((taint) => present.includes(taint));
  return same ? undefined : all;
}
