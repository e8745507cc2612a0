// Mistake: asks no node whether it can take the pod: cordoned, tainted and full ones get it too.
// Caught by: 2.4 (unfit)

import { type ClusterView, type Placement, type Pod, plugin, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;
  #last = '';

  place(_pod: Pod, cluster: ClusterView): Placement {
    const names = cluster.nodes.map(({ name }) => name).sort();
    const next = names.find((name) => name > this.#last) ?? names[0];
    if (next === undefined) return { unschedulable: {} };
    this.#last = next;
    return { node: next };
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'in turn, whatever the nodes say',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new RoundRobin());
  },
});
