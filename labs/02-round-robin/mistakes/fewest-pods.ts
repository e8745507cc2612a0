// Mistake: takes the node with the fewest pods: nearly in turn, until a new node gets all of them.
// Caught by: 2.7 (turn-joined)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  readonly #given = new Map<string, number>();
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const ring = [...names.filter((name) => name > this.#last), ...names.filter((name) => name <= this.#last)];
    const given = (name: string) => this.#given.get(name) ?? 0;
    const tally = new ReasonTally();
    let best: string | undefined;
    for (const name of ring) {
      const reasons = refusals(pod, cluster.node(name)!);
      tally.add(reasons);
      if (reasons.length === 0 && (best === undefined || given(name) < given(best))) best = name;
    }
    if (best === undefined) return { unschedulable: tally.counts };
    this.#given.set(best, given(best) + 1);
    this.#last = best;
    return { node: best };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'the one with the fewest',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
