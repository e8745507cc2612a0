// Why a node cannot take a pod: Kubernetes' filters in Kubernetes' order. The first filter that refuses ends the walk
// for that node, so a node is counted under one filter's reasons only.
//   refusals(pod, node, cluster)    [] when the node can take the pod; without the cluster, the volumes it claims do not count
//   namedFilters           the same filters one by one, for an explanation
//   ReasonTally            counts reasons over nodes, for `unschedulable` of a Placement

import type { ClusterView, NodeInfo, ReasonCounts } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import { hostPortsAreFree } from './filters/host-ports.ts';
import { nodeIsWanted } from './filters/node-affinity.ts';
import { missingResources } from './filters/resources.ts';
import { taintsAreTolerated } from './filters/taints.ts';
import { nodeIsSchedulable } from './filters/unschedulable.ts';
import { missingVolumes } from './filters/volumes.ts';

const filters = [nodeIsSchedulable, taintsAreTolerated, nodeIsWanted, hostPortsAreFree];

type Reasons = (pod: Pod, node: NodeInfo, cluster: ClusterView) => readonly string[];
const several =
  (filter: (pod: Pod, node: NodeInfo) => string | undefined): Reasons =>
  (pod, node) =>
    [filter(pod, node)].flatMap((reason) => reason ?? []);

/** The same filters, each by its name in Kubernetes. */
export const namedFilters: Readonly<Record<string, Reasons>> = {
  NodeUnschedulable: several(nodeIsSchedulable),
  TaintToleration: several(taintsAreTolerated),
  NodeAffinity: several(nodeIsWanted),
  NodePorts: several(hostPortsAreFree),
  NodeResourcesFit: missingResources,
  VolumeBinding: missingVolumes,
};

/** What keeps the pod off this node; several reasons when several resources are short. */
export function refusals(pod: Pod, node: NodeInfo, cluster?: ClusterView): readonly string[] {
  for (const filter of filters) {
    const reason = filter(pod, node);
    if (reason !== undefined) return [reason];
  }
  const missing = missingResources(pod, node);
  return missing.length > 0 || !cluster ? missing : missingVolumes(pod, node, cluster);
}

export class ReasonTally {
  readonly #counts = new Map<string, number>();

  add(reasons: readonly string[]): void {
    for (const reason of reasons) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  get counts(): ReasonCounts {
    return Object.fromEntries(this.#counts);
  }
}

/** What else is said to a pod that fits nowhere. */
export interface FitMessages {
  readonly preFilterMessage?: string;
  readonly postFilterMessage?: string;
}

/**
 * Kubernetes' text for a pod that fits nowhere: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.
 * preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for
 * scheduling.`
 */
export function fitError(nodes: number, reasons: ReasonCounts, messages: FitMessages = {}): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const { preFilterMessage, postFilterMessage } = messages;
  const why = preFilterMessage ?? countsText(reasons);
  return `0/${nodes} nodes are available${why === '' ? '' : `: ${why}`}.${postFilterMessage ? ` ${postFilterMessage}` : ''}`;
}

const countsText = (reasons: ReasonCounts): string =>
  Object.entries(reasons)
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
