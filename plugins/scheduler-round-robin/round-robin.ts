// Round robin: each pod goes to the node after the one that the last pod went to. Nodes that cannot take the pod
// (cordoned, tainted, full, ...) are passed over. The smallest scheduler there is: copy it to begin your own.
// It remembers the node's name, not its place in the list: the list changes when nodes come and go.

import type { Explanation } from '../../core/contracts/explanation.ts';
import type { ClusterView, NodeInfo, Placement, Scheduler } from '../../core/contracts/scheduler.ts';
import type { Pod } from '../../core/model/pod.ts';
import { explainByRefusals } from '../../core/scheduling/explain.ts';
import { ReasonTally, refusals } from '../../core/scheduling/refusals.ts';

export class RoundRobinScheduler implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const { nodes } = cluster;
    const last = cluster.node(this.#last)?.index ?? -1;
    const tally = new ReasonTally();
    for (let step = 1; step <= nodes.length; step += 1) {
      const node = nodes[(last + step) % nodes.length]!;
      const reasons = refusals(pod, node, cluster);
      if (reasons.length === 0) {
        this.#last = node.name;
        return { node: node.name };
      }
      tally.add(reasons);
    }
    return { unschedulable: tally.counts };
  }

  /** The last node is all that it remembers. */
  get memory(): string {
    return this.#last;
  }

  explain(pod: Pod, cluster: ClusterView, memory: unknown): Explanation {
    const count = cluster.nodes.length;
    const last = cluster.node(String(memory ?? ''))?.index ?? -1;
    const turn = {
      name: 'Turn',
      best: 'least',
      of: ({ index }: NodeInfo) => 1 + ((index - last - 1 + count) % count),
    } as const;
    const rule =
      last < 0 ? 'the first node that can take the pod' : `the next node after ${memory} that can take the pod`;
    return explainByRefusals(pod, cluster, [turn], rule);
  }
}
