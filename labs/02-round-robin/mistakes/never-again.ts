// Mistake: says that nothing can help a refused pod, so a pod that came before the first node waits for minutes.
// Caught by: 2.6 (asleep)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = [] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const ring = [...names.filter((name) => name > this.#last), ...names.filter((name) => name <= this.#last)];
    const tally = new ReasonTally();
    for (const name of ring) {
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
  description: 'in turn, at the first attempt',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
