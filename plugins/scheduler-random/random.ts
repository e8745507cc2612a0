// Random: any node that can take the pod, each with the same chance. What every other algorithm should be better than.

import type { Random } from '../../core/contracts/random.ts';
import type { ClusterView, Placement, Scheduler } from '../../core/contracts/scheduler.ts';
import type { Pod } from '../../core/model/pod.ts';
import { ReasonTally, refusals } from '../../core/scheduling/refusals.ts';

/** Nodes drawn by lot before all of them are looked at: in a cluster with room, the first is good already. */
const draws = 16;

export class RandomScheduler implements Scheduler {
  readonly name = 'random';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  place(pod: Pod, cluster: ClusterView): Placement {
    const { nodes } = cluster;
    for (let draw = 0; draw < draws && nodes.length > 0; draw += 1) {
      const node = nodes[this.#random.int(nodes.length)]!;
      if (refusals(pod, node, cluster).length === 0) return { node: node.name };
    }
    const tally = new ReasonTally();
    const fitting = nodes.filter((node) => {
      const reasons = refusals(pod, node, cluster);
      tally.add(reasons);
      return reasons.length === 0;
    });
    const node = this.#random.pick(fitting);
    return node ? { node: node.name } : { unschedulable: tally.counts };
  }
}
