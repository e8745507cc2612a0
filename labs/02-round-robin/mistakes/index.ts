// Mistake: remembers a place in the sorted list, which means another node once one has left or joined.
// Caught by: 2.7 (turn-left)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #at = -1;

  place(pod: Pod, cluster: ClusterView): Placement {
    const nodes = [...cluster.nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
    const tally = new ReasonTally();
    for (let step = 1; step <= nodes.length; step += 1) {
      const at = (this.#at + step) % nodes.length;
      const reasons = refusals(pod, nodes[at]!);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      this.#at = at;
      return { node: nodes[at]!.name };
    }
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, by index',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
