// Right, of another shape: nothing is sorted. One walk in any order keeps two candidates: the smallest name behind the last
// one, and the smallest of all, for when the round begins anew.

import {
  type ClusterView,
  type NodeInfo,
  type Placement,
  type Pod,
  plugin,
  ReasonTally,
  refusals,
  Scheduler,
} from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const tally = new ReasonTally();
    let next: NodeInfo | undefined;
    let first: NodeInfo | undefined;
    for (const node of cluster.nodes) {
      const reasons = refusals(pod, node);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      if (!first || node.name < first.name) first = node;
      if (node.name > this.#last && (!next || node.name < next.name)) next = node;
    }
    const chosen = next ?? first;
    if (!chosen) return { unschedulable: tally.counts };
    this.#last = chosen.name;
    return { node: chosen.name };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, in one walk',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
