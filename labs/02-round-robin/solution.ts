// Lab 2, solved: sort the names, begin behind the last one, take the first node that can.
// All it remembers is a name. A name is as good when the node has gone: whoever sorts behind it is next.

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  /** The node that took the last pod; '' sorts before every name. */
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const behind = names.filter((name) => name > this.#last);
    const before = names.filter((name) => name <= this.#last);
    const tally = new ReasonTally();
    for (const name of [...behind, ...before]) {
      const reasons = refusals(pod, cluster.node(name)!);
      if (reasons.length === 0) {
        this.#last = name;
        return { node: name };
      }
      tally.add(reasons);
    }
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'places pods on the nodes in turn',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
