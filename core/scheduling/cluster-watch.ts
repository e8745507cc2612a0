// Cluster watch: what the scheduler learns of the world. Changes of nodes, pods and namespaces go into the snapshot; pods
// that wait for us go into the queue; whatever may help refused pods wakes them, if the scheduler says it waits for that.
// Kubernetes: pkg/scheduler/eventhandlers.go.

import type { Change } from '../contracts/controller.ts';
import type { ClusterEvent, DisruptionBudget } from '../contracts/scheduler.ts';
import { type KubeObject, keyOf } from '../model/meta.ts';
import type { Namespace } from '../model/namespace.ts';
import type { Node } from '../model/node.ts';
import type { PersistentVolume } from '../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import type { Pod } from '../model/pod.ts';
import type { StorageClass } from '../model/storage-class.ts';
import type { Nominations } from './nominations.ts';
import type { QueuedPod, SchedulingQueue } from './queue.ts';
import type { Snapshot } from './snapshot.ts';
import type { AssumedStorage } from './volumes/assumed-storage.ts';

export interface ClusterWatchParts {
  readonly snapshot: Snapshot;
  readonly queue: SchedulingQueue;
  readonly nominations: Nominations;
  /** Whether a pending pod is for this scheduler. */
  readonly isOurs: (pod: Pod) => boolean;
  readonly retryOn: readonly ClusterEvent[];
  /** Is told of each pod that is gone. */
  readonly onGone?: (uid: string) => void;
  /** Is told of claims and volumes. */
  readonly storage: AssumedStorage;
  /** Is told of each claim (`namespace/name`) and volume that has changed. */
  readonly onStorage?: (key: string) => void;
}

/** The loop itself turns pods away for their volumes, whatever the scheduler waits for. */
const always: readonly ClusterEvent[] = ['ClaimChanged', 'VolumeChanged', 'StorageClassChanged'];

export class ClusterWatch {
  readonly #parts: ClusterWatchParts;

  constructor(parts: ClusterWatchParts) {
    this.#parts = parts;
  }

  node(change: Change<Node>): void {
    const { snapshot } = this.#parts;
    if (change.type === 'delete') {
      snapshot.removeNode(change.object.metadata.name);
      return this.tell('NodeRemoved');
    }
    snapshot.setNode(change.object);
    if (!change.previous) this.tell('NodeAdded');
    else if (!offersTheSame(change.previous, change.object)) this.tell('NodeChanged');
  }

  namespace(change: Change<Namespace>): void {
    const { name, labels = {} } = change.object.metadata;
    if (change.type === 'delete') return this.#parts.snapshot.setNamespace(name, undefined);
    if (change.previous && JSON.stringify(change.previous.metadata.labels ?? {}) === JSON.stringify(labels)) return;
    this.#parts.snapshot.setNamespace(name, labels);
    this.tell('NamespaceChanged');
  }

  budget({ type, object }: Change<KubeObject & DisruptionBudget>): void {
    this.#parts.snapshot.setBudget(keyOf(object), type === 'delete' ? undefined : object);
  }

  claim(change: Change<PersistentVolumeClaim>): void {
    this.#parts.storage.told(change);
    this.#parts.onStorage?.(keyOf(change.object));
    this.tell('ClaimChanged');
  }

  volume(change: Change<PersistentVolume>): void {
    this.#parts.storage.told(change);
    this.#parts.onStorage?.(change.object.metadata.name);
    this.tell('VolumeChanged');
  }

  storageClass({ type, object }: Change<StorageClass>): void {
    this.#parts.snapshot.storage.setStorageClass(object.metadata.name, type === 'delete' ? undefined : object);
    this.tell('StorageClassChanged');
  }

  pod(change: Change<Pod>): void {
    const pod = change.object;
    if (change.type === 'delete' || hasEnded(pod)) this.#gone(pod);
    else if (pod.spec.nodeName) this.#bound(pod, pod.spec.nodeName, change.previous);
    else if (this.#parts.isOurs(pod) && !pod.metadata.deletionTimestamp) this.#waits(pod, change.previous);
    else this.#leaves(pod.metadata.uid);
  }

  /** Something happened that refused pods may have waited for; `except` knows of it already. */
  tell(event: ClusterEvent, except?: QueuedPod): void {
    const { retryOn, queue } = this.#parts;
    if (retryOn.includes(event) || always.includes(event)) queue.clusterChanged(event, except);
  }

  #waits(pod: Pod, previous: Pod | undefined): void {
    const { queue, nominations } = this.#parts;
    const nominated = pod.status?.nominatedNodeName;
    // What we have nominated ourselves stands before the API says it.
    if (nominated !== previous?.status?.nominatedNodeName) nominations.set(pod, nominated);
    queue.set(pod);
  }

  /** It waits for a node no more, or for another scheduler. */
  #leaves(uid: string): void {
    const { queue, nominations } = this.#parts;
    queue.remove(uid);
    if (!nominations.of(uid)) return;
    nominations.forget(uid);
    this.tell('PodGone');
  }

  #gone({ metadata: { uid } }: Pod): void {
    const { snapshot, onGone } = this.#parts;
    this.#leaves(uid);
    onGone?.(uid);
    if (snapshot.placeOf(uid) === undefined) return;
    snapshot.removePod(uid);
    this.tell('PodGone');
  }

  #bound(pod: Pod, node: string, previous: Pod | undefined): void {
    const { snapshot, queue, nominations } = this.#parts;
    queue.remove(pod.metadata.uid);
    nominations.forget(pod.metadata.uid);
    snapshot.setPod(pod, node);
    if (previous?.spec.nodeName !== node) this.tell('PodBound');
    else if (!asksForTheSame(previous, pod)) this.tell('PodChanged');
  }
}

/** A pod that has ended takes no room any more. */
const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** A placed pod's status changes often; others look at its labels, and at what it takes. */
const asksForTheSame = (a: Pod, b: Pod): boolean =>
  (a.spec === b.spec || JSON.stringify(a.spec) === JSON.stringify(b.spec)) &&
  (a.metadata.labels === b.metadata.labels || JSON.stringify(a.metadata.labels) === JSON.stringify(b.metadata.labels));

/** Heartbeats change a node's conditions; a scheduler looks at these only. */
function offersTheSame(a: Node, b: Node): boolean {
  const offer = ({ metadata, spec, status }: Node) =>
    JSON.stringify([metadata.labels, spec?.taints, spec?.unschedulable, status?.allocatable]);
  return offer(a) === offer(b);
}
