// Mistake: counts a turn for a pod that no node could take.
// Caught by: 2.5 (turn-lost)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const ring = [...names.filter((name) => name > this.#last), ...names.filter((name) => name <= this.#last)];
    const tally = new ReasonTally();
    const taker = ring.find((name) => {
      const reasons = refusals(pod, cluster.node(name)!);
      tally.add(reasons);
      return reasons.length === 0;
    });
    this.#last = taker ?? ring[0] ?? '';
    return taker === undefined ? { unschedulable: tally.counts } : { node: taker };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, refused pods included',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
