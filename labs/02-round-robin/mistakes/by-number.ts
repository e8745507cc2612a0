// Mistake: compares names as a person would, by the numbers in them: node-2 before node-10.
// Caught by: 2.3 (turn)

import { type ClusterView, type Placement, type Pod, plugin, ReasonTally, refusals, Scheduler } from 'kubelab';

const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort(compare);
    const isBehind = (name: string) => compare(name, this.#last) > 0;
    const ring = [...names.filter(isBehind), ...names.filter((name) => !isBehind(name))];
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
  description: 'in turn, by the numbers in the names',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
