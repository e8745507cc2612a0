// Mistake: begins with the first node again when the one that was last has gone.
// Caught by: 2.7 (turn-left)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const last = names.indexOf(this.#last); // -1 once it has gone
    const tally = new ReasonTally();
    for (let step = 1; step <= names.length; step += 1) {
      const name = names[(last + step) % names.length]!;
      const reasons = refusals(pod, cluster.node(name)!);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      this.#last = name;
      return { node: name };
    }
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, from the start',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
