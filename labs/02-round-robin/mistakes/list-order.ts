// Mistake: takes the nodes as the list happens to have them, in the order in which they joined.
// Caught by: 2.3 (turn)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const { nodes } = cluster;
    const last = nodes.findIndex(({ name }) => name === this.#last);
    const tally = new ReasonTally();
    for (let step = 1; step <= nodes.length; step += 1) {
      const node = nodes[(last + step) % nodes.length]!;
      const reasons = refusals(pod, node);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      this.#last = node.name;
      return { node: node.name };
    }
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, as the list is',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
