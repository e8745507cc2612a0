// Mistake: takes for granted that there is a node, and throws when there is none.
// Caught by: 2.6 (threw)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const next = Math.max(
      0,
      names.findIndex((name) => name > this.#last),
    );
    const tally = new ReasonTally();
    let step = 0;
    do {
      const name = names[(next + step) % names.length]!;
      const reasons = refusals(pod, cluster.node(name)!);
      if (reasons.length === 0) {
        this.#last = name;
        return { node: name };
      }
      tally.add(reasons);
      step += 1;
    } while (step < names.length);
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, if there is anybody',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
