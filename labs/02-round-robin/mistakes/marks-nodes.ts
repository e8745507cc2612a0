// Mistake: writes its notes onto the nodes that it is shown, which belong to the scheduler loop.
// Caught by: 2.8 (changed)

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

/** A node with our note: who was last. */
type Marked = NodeInfo & { wasLast?: boolean };

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const marked = (cluster.nodes as readonly Marked[]).find(({ wasLast }) => wasLast);
    this.#last = marked?.name ?? this.#last;
    const names = cluster.nodes.map(({ name }) => name).sort();
    const ring = [...names.filter((name) => name > this.#last), ...names.filter((name) => name <= this.#last)];
    const tally = new ReasonTally();
    for (const name of ring) {
      const node = cluster.node(name) as Marked;
      const reasons = refusals(pod, node);
      tally.add(reasons);
      if (reasons.length > 0) continue;
      if (marked) marked.wasLast = false;
      node.wasLast = true;
      this.#last = name;
      return { node: name };
    }
    return { unschedulable: tally.counts };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, with notes on the nodes',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
