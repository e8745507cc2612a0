// Mistake: takes a pod that it has placed for a pod that is bound, and refuses it when the binding has failed.
// Caught by: 2.9 (waits)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  readonly #placed = new Set<string>();
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const tally = new ReasonTally();
    if (this.#placed.has(pod.metadata.uid)) return { unschedulable: tally.counts };
    const names = cluster.nodes.map(({ name }) => name).sort();
    const ring = [...names.filter((name) => name > this.#last), ...names.filter((name) => name <= this.#last)];
    for (const name of ring) {
      const reasons = refusals(pod, cluster.node(name)!);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      this.#placed.add(pod.metadata.uid);
      this.#last = name;
      return { node: name };
    }
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, each pod once',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
