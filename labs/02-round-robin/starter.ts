// Lab 2: a scheduler that places pods on the nodes in turn.
//
// You write `place`: a pod and the cluster go in, the name of a node comes out, or why no node can take the pod. The loop
// around it (queue, retries, binding, events) is Kubelab's and works already.
//
// Fails at first:
//   2.1  no pod gets a node: place refuses every pod
//   2.2  no pod gets a node, so no node gets its share
//   2.3  no pod gets a node, so nobody's turn comes
//   2.4  no pod gets a node, though some nodes could take it
//   2.5  no pod gets a node, so no pod can follow the refused one
//   2.6  no pod gets a node, not even once there is one
//   2.7  no pod gets a node, neither before a node leaves nor after
//   2.8  no pod gets a node, so nobody sees what place() leaves as it was
//   2.9  no pod gets a node, with faults or without

import { type ClusterView, type Placement, type Pod, plugin, Scheduler } from 'kubelab';

export class RoundRobin implements Scheduler {
  readonly name = 'round-robin';
  /** A pod that was refused is tried again when one of these happens. */
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone'] as const;

  /**
   * @param _pod the pod that wants a node; `refusals(pod, node)` says what keeps it off one
   * @param _cluster all nodes there are, at this moment: `cluster.nodes`, or one by name: `cluster.node('node-1')`
   * @returns `{ node: 'node-1' }`, or `{ unschedulable: tally.counts }` with the counts of a ReasonTally
   */
  place(_pod: Pod, _cluster: ClusterView): Placement {
    return { unschedulable: {} };
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
