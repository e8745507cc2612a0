// Resource fit: of the nodes that can take the pod, the one with the best share of CPU and memory left.
//   spread   the emptiest node wins (Kubernetes' LeastAllocated, its default)
//   pack     the fullest node that still fits wins (MostAllocated): fewer nodes in use
// The score is the mean over CPU and memory of the share of the node that would be in use with the pod. Equal scores:
// the node with fewer pods, then the one that joined first; so every placement can be worked out by hand.
// It walks the view's columns, and looks at a node's details last: only where the columns leave a doubt, and only at a node
// that would be the best so far. Of thousands of nodes alike, that is the first one that can take the pod.

import type { Explanation } from '../../core/contracts/explanation.ts';
import type { ClusterView, Columns, NodeInfo, Placement, Scheduler } from '../../core/contracts/scheduler.ts';
import type { Pod } from '../../core/model/pod.ts';
import { explainByRefusals } from '../../core/scheduling/explain.ts';
import { hostPorts } from '../../core/scheduling/filters/host-ports.ts';
import { type PodResources, podResources } from '../../core/scheduling/pod-resources.ts';
import { ReasonTally, refusals } from '../../core/scheduling/refusals.ts';
import { claimNames } from '../../core/volumes/claims-of.ts';

export type Strategy = 'spread' | 'pack';

export class ResourceFitScheduler implements Scheduler {
  readonly name = 'resource-fit';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  readonly #strategy: Strategy;

  constructor(strategy: Strategy = 'spread') {
    this.#strategy = strategy;
  }

  place(pod: Pod, cluster: ClusterView): Placement {
    const { columns, nodes } = cluster;
    const asked = podResources(pod);
    const picky = hasWishes(pod, asked);
    const sign = this.#strategy === 'spread' ? 1 : -1;
    let best = -1;
    let bestScore = Number.POSITIVE_INFINITY;
    for (let index = 0; index < columns.count; index += 1) {
      if (!hasRoom(columns, index, asked)) continue;
      const score = sign * usedShare(columns, index, asked);
      if (score > bestScore || (score === bestScore && !hasFewerPods(columns, index, best))) continue;
      if ((picky || columns.restricted[index] === 1) && refusals(pod, nodes[index]!, cluster).length > 0) continue;
      best = index;
      bestScore = score;
    }
    return best < 0 ? { unschedulable: whyNot(pod, cluster) } : { node: nodes[best]!.name };
  }

  explain(pod: Pod, cluster: ClusterView): Explanation {
    const asked = podResources(pod);
    const share = {
      name: 'UsedShare',
      best: this.#strategy === 'spread' ? 'least' : 'greatest',
      of: ({ index }: NodeInfo) => usedShare(cluster.columns, index, asked),
    } as const;
    return explainByRefusals(pod, cluster, [share, { name: 'Pods', best: 'least', of: ({ pods }) => pods.length }]);
  }
}

function hasRoom(columns: Columns, index: number, asked: PodResources): boolean {
  return (
    columns.requestedPods[index]! < columns.allocatablePods[index]! &&
    (asked.cpu === 0 || columns.requestedCpu[index]! + asked.cpu <= columns.allocatableCpu[index]!) &&
    (asked.memory === 0 || columns.requestedMemory[index]! + asked.memory <= columns.allocatableMemory[index]!)
  );
}

/** Whether the columns alone cannot say that a node with room will do. */
function hasWishes(pod: Pod, asked: PodResources): boolean {
  const { nodeSelector, affinity } = pod.spec;
  return (
    nodeSelector !== undefined ||
    affinity !== undefined ||
    asked.extended !== undefined ||
    asked.ephemeralStorage > 0 ||
    hostPorts(pod).length > 0 ||
    claimNames(pod).length > 0
  );
}

/** Mean share of CPU and memory in use with the pod on it: 0 empty, 1 full. */
function usedShare(columns: Columns, index: number, asked: PodResources): number {
  const cpu = (columns.nonZeroCpu[index]! + asked.nonZeroCpu) / (columns.allocatableCpu[index]! || 1);
  const memory = (columns.nonZeroMemory[index]! + asked.nonZeroMemory) / (columns.allocatableMemory[index]! || 1);
  return (cpu + memory) / 2;
}

function hasFewerPods(columns: Columns, index: number, than: number): boolean {
  return than >= 0 && columns.requestedPods[index]! < columns.requestedPods[than]!;
}

function whyNot(pod: Pod, cluster: ClusterView) {
  const tally = new ReasonTally();
  for (const node of cluster.nodes) tally.add(refusals(pod, node, cluster));
  return tally.counts;
}
