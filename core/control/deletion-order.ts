// Which pods go first when there are too many: those that do least, in Kubernetes' order (ActivePodsWithRanks):
//   not placed  <  placed
//   Pending     <  Unknown  <  Running
//   not ready   <  ready
//   a low value of the annotation controller.kubernetes.io/pod-deletion-cost  <  a high one
//   on a node with many pods of the owner  <  on a node with few
//   ready for a short time  <  ready for long
//   many restarts  <  few
//   young  <  old

import type { Pod } from '../model/pod.ts';
import { isReady, readySince } from './pods.ts';

const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods that should go, first ones first.
 * @param pods all that count
 * @param related pods whose number on a node matters: those of all owners that work together (a Deployment's ReplicaSets)
 */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number): Pod[] {
  if (count >= pods.length) return [...pods];
  const onNode = new Map<string, number>();
  for (const { spec } of related) if (spec.nodeName) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1);
  const keys = pods.map((pod) => ({ pod, key: sortKey(pod, onNode.get(pod.spec.nodeName ?? '') ?? 0) }));
  return keys
    .sort((a, b) => compare(a.key, b.key))
    .slice(0, count)
    .map(({ pod }) => pod);
}

/** Smaller goes first, the first difference decides. */
const sortKey = (pod: Pod, neighbours: number): readonly number[] => [
  pod.spec.nodeName ? 1 : 0,
  phaseOrder[pod.status?.phase ?? ''] ?? 0,
  isReady(pod) ? 1 : 0,
  deletionCost(pod),
  -neighbours,
  // The younger time goes first, so the later the smaller.
  -(readySince(pod) ?? 0),
  -restarts(pod),
  -Date.parse(pod.metadata.creationTimestamp),
];

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[costAnnotation];
  return text !== undefined && /^-?(0|[1-9][0-9]*)$/.test(text) ? Number(text) : 0;
}

const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map((container) => container.restartCount));
