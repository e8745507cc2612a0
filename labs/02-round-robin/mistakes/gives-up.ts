// Mistake: gives up when the node whose turn it is cannot take the pod, though another one could.
// Caught by: 2.4 (given-up)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const next = names.find((name) => name > this.#last) ?? names[0];
    const tally = new ReasonTally();
    if (next === undefined) return { unschedulable: tally.counts };
    const reasons = refusals(pod, cluster.node(next)!);
    tally.add(reasons);
    if (reasons.length > 0) return { unschedulable: tally.counts };
    this.#last = next;
    return { node: next };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, or not at all',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
