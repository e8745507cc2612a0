// Cluster watch: what the scheduler learns of the world. Changes of nodes and pods go into the snapshot; pods that wait
// for us go into the queue; whatever may help refused pods wakes them, if the scheduler says it waits for that.
// Kubernetes: pkg/scheduler/eventhandlers.go.

import type { Change } from '../contracts/controller.ts';
import type { ClusterEvent } from '../contracts/scheduler.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import type { SchedulingQueue } from './queue.ts';
import type { Snapshot } from './snapshot.ts';

export interface ClusterWatchParts {
  readonly snapshot: Snapshot;
  readonly queue: SchedulingQueue;
  /** Whether a pending pod is for this scheduler. */
  readonly isOurs: (pod: Pod) => boolean;
  readonly retryOn: readonly ClusterEvent[];
}

export class ClusterWatch {
  readonly #parts: ClusterWatchParts;

  constructor(parts: ClusterWatchParts) {
    this.#parts = parts;
  }

  node(change: Change<Node>): void {
    const { snapshot } = this.#parts;
    if (change.type === 'delete') {
      snapshot.removeNode(change.object.metadata.name);
      return this.#tell('NodeRemoved');
    }
    snapshot.setNode(change.object);
    if (!change.previous) this.#tell('NodeAdded');
    else if (!offersTheSame(change.previous, change.object)) this.#tell('NodeChanged');
  }

  pod(change: Change<Pod>): void {
    const pod = change.object;
    if (change.type === 'delete' || hasEnded(pod)) this.#gone(pod);
    else if (pod.spec.nodeName) this.#bound(pod, pod.spec.nodeName);
    else if (this.#parts.isOurs(pod) && !pod.metadata.deletionTimestamp) this.#parts.queue.set(pod);
    else this.#parts.queue.remove(pod.metadata.uid);
  }

  #gone(pod: Pod): void {
    const { snapshot, queue } = this.#parts;
    queue.remove(pod.metadata.uid);
    const wasPlaced = snapshot.placeOf(pod.metadata.uid) !== undefined;
    snapshot.removePod(pod.metadata.uid);
    if (wasPlaced) this.#tell('PodGone');
  }

  #bound(pod: Pod, node: string): void {
    const { snapshot, queue } = this.#parts;
    queue.remove(pod.metadata.uid);
    const isNews = snapshot.placeOf(pod.metadata.uid) !== node;
    snapshot.setPod(pod, node);
    if (isNews) this.#tell('PodBound');
  }

  #tell(event: ClusterEvent): void {
    if (this.#parts.retryOn.includes(event)) this.#parts.queue.clusterChanged();
  }
}

/** A pod that has ended takes no room any more. */
const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Heartbeats change a node's conditions; a scheduler looks at these only. */
function offersTheSame(a: Node, b: Node): boolean {
  const offer = ({ metadata, spec, status }: Node) =>
    JSON.stringify([metadata.labels, spec?.taints, spec?.unschedulable, status?.allocatable]);
  return offer(a) === offer(b);
}
