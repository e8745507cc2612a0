// Scheduler: one pod in, one placement out. The loop around it (queue with back-off, snapshot, assume, bind with undo,
// retry, events) is core's, so a scheduler is the algorithm and nothing else.
//
//   export class First implements Scheduler {
//     readonly name = 'first';
//     readonly retryOn = ['NodeAdded'] as const;
//     place(pod: Pod, cluster: ClusterView): Placement {
//       const node = cluster.nodes[0];
//       return node ? { node: node.name } : { unschedulable: {} };
//     }
//   }
// Always true: `place` is synchronous and changes nothing but the scheduler's own state; one pod is placed at a time.

import { slot } from '../cluster/token.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import type { Selector } from '../model/labels.ts';
import type { StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { PersistentVolume } from '../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import type { Pod } from '../model/pod.ts';
import type { StorageClass } from '../model/storage-class.ts';
import type { Taint } from '../model/taint.ts';
import type { Explanation } from './explanation.ts';

/** What happened in the cluster that may make a refused pod fit. Of the last four: the first appearance is a change too. */
export type ClusterEvent =
  | 'NodeAdded'
  | 'NodeChanged'
  | 'NodeRemoved'
  | 'PodBound'
  | 'PodGone'
  /** A placed pod has other labels, or asks for other amounts. */
  | 'PodChanged'
  | 'NamespaceChanged'
  | 'ClaimChanged'
  | 'VolumeChanged'
  | 'StorageClassChanged';

/** Reason in Kubernetes' words ("Insufficient cpu", "node(s) were unschedulable") -> how many nodes. */
export type ReasonCounts = Readonly<Record<string, number>>;

/** Where the pod goes; or how many nodes refused it for which reason, and where it would fit if others gave way. */
export type Placement =
  | { readonly node: string }
  | {
      readonly unschedulable: ReasonCounts;
      /** Left out: an earlier nomination stands. `nowhere`: no room can be made, and an earlier nomination holds no more. */
      readonly nominate?: Nomination | 'nowhere';
      /** What can make this very pod fit; the scheduler's `retryOn` unless told. */
      readonly retryOn?: readonly ClusterEvent[];
      /** For the pod's message, in place of the counts: what rules out all nodes at once. */
      readonly preFilterMessage?: string;
      /** For the end of the pod's message: why no room could be made. */
      readonly postFilterMessage?: string;
    };

/** Room made by preemption: the pod waits for this node while the victims go. */
export interface Nomination {
  readonly node: string;
  /** In the order in which they are evicted. */
  readonly victims: readonly Pod[];
}

/** Amounts of the resources that scheduling counts: CPU in millicores, memory in bytes, pods, and whatever else a node offers. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
  readonly ephemeralStorage: number;
  /** Extended resources by name: `example.com/gpu`. */
  readonly extended?: Readonly<Record<string, number>>;
}

/** Sums over the pods of a node. */
export interface UsedResources {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
  readonly nonZeroCpu: number;
  readonly nonZeroMemory: number;
}

/** One node as the scheduler sees it, with what is already placed there (also what is on its way). */
export interface NodeInfo {
  readonly name: string;
  /** Position in the view's columns. */
  readonly index: number;
  readonly node: Node;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Resources;
  /** Sum of the requests of its pods. Made anew each time: `used` is for those who look often. */
  readonly requested: Resources;
  /** The same sums of CPU, memory and pods; `nonZero` as in the columns. Do not keep: it changes with the node. */
  readonly used: UsedResources;
  readonly pods: readonly Pod[];
  /** Whether a host port is taken: `TCP/0.0.0.0/80`. */
  readonly usedPorts: ReadonlySet<string>;
}

/**
 * The same numbers as columns: entry i of each belongs to the node with index i. For algorithms that look at thousands
 * of nodes for each pod. Entries past `count` mean nothing. Do not write.
 */
export interface Columns {
  readonly count: number;
  readonly allocatableCpu: Float64Array;
  readonly allocatableMemory: Float64Array;
  readonly allocatablePods: Float64Array;
  readonly requestedCpu: Float64Array;
  readonly requestedMemory: Float64Array;
  readonly requestedPods: Float64Array;
  /** As requested, but a container that asks for nothing counts as 100m and 200Mi: for scores, as Kubernetes' NonZeroRequested. */
  readonly nonZeroCpu: Float64Array;
  readonly nonZeroMemory: Float64Array;
  /** 1 where the node is cordoned or carries a NoSchedule or NoExecute taint: look closer there. */
  readonly restricted: Uint8Array;
  /** How many nodes carry a PreferNoSchedule taint. */
  readonly disliked: number;
}

/** Nodes by the value of one label: `topology.kubernetes.io/zone`. */
export interface Topology {
  readonly key: string;
  /** The values, by number. */
  readonly values: readonly string[];
  /** How many nodes have the value of that number. */
  readonly nodes: readonly number[];
  /** Number of the node's value; -1 without the label. */
  codeOf(node: NodeInfo): number;
  /** The same by the node's index, as a column; entries past the last node mean nothing. Do not write. */
  readonly codes: Int32Array;
}

/** A question about pods, for counts that are kept. */
export interface PodQuery {
  /** Equal keys are equal questions. */
  readonly key: string;
  /** How much the pod counts: 0 not at all, 1 as one. Looks at nothing but the pod. */
  weigh(pod: Pod): number;
}

/** How many pods are in each value's nodes. */
export interface DomainCount {
  readonly topology: Topology;
  /** By the value's number; undefined is 0. */
  readonly sums: readonly number[];
  /** In the domain of the node; 0 without the label. */
  of(node: NodeInfo): number;
}

export interface PodCount {
  readonly total: number;
  on(node: NodeInfo): number;
  by(topologyKey: string): DomainCount;
}

/** An image that nodes have. */
export interface ImageState {
  /** Bytes. */
  readonly size: number;
  /** Names of the nodes that have it. */
  readonly on: ReadonlySet<string>;
}

/** "Near (or away from) pods such as these", in domains of one label, read once from a pod's spec. */
export interface AffinityTerm {
  /** Equal keys are equal terms. */
  readonly key: string;
  readonly topologyKey: string;
  readonly weight: number;
  readonly selector: Selector;
  /** Namespaces named; with `namespaceSelector`, those that it chooses as well. */
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector | undefined;
}

/** Affinity terms of the pods that are placed, each once. */
export interface ExistingTerms {
  /** `near`, `away`: required affinity and anti-affinity; `preferNear`, `preferAway`: the preferred ones. */
  of(kind: 'near' | 'away' | 'preferNear' | 'preferAway'): readonly AffinityTerm[];
}

/** What a PodDisruptionBudget says of the pods that it selects: how many of them may be evicted now. */
export interface DisruptionBudget {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly selector?: LabelSelector };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    /** Names of pods whose eviction is counted already -> since when. */
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

/** A pod that counts on a node where room is being made for it. */
export interface NominatedPod {
  readonly pod: Pod;
  readonly node: string;
}

/** Claims, volumes and storage classes, with what is promised to pods that are on their way. */
export interface StorageView {
  /** Grows with every change. */
  readonly version: number;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** Free volumes of the class ('': without class) that may be within reach of the node, the smallest first. */
  freeVolumes(storageClass: string, node: Pick<NodeInfo, 'name' | 'labels'>): readonly PersistentVolume[];
  /** Those whose `claimRef` has the claim's name. */
  volumesNaming(claim: PersistentVolumeClaim): readonly PersistentVolume[];
}

/** The cluster at one moment, read-only; valid during one call of `place`. */
export interface ClusterView {
  /** In the order in which they joined. A removed node's place is taken by the last one. */
  readonly nodes: readonly NodeInfo[];
  readonly columns: Columns;
  node(name: string): NodeInfo | undefined;
  /** Grows with every change of a node, or of the pods on it. */
  readonly version: number;
  /** Indices of the nodes that changed after that version, some of them twice; undefined: look at all of them. */
  changedSince(version: number): readonly number[] | undefined;
  /** The count of the pods asked about. The first time it looks at all pods; from then on it is kept. */
  count(query: PodQuery): PodCount;
  topology(key: string): Topology;
  /** By name with tag: `nginx:1.27`. */
  readonly images: ReadonlyMap<string, ImageState>;
  /** Affinity terms of the pods that are placed. */
  readonly terms: ExistingTerms;
  /** PodDisruptionBudgets. */
  readonly budgets: readonly DisruptionBudget[];
  /** For what pods claim. */
  readonly storage: StorageView;
  /** Pods that are on no node yet, and are counted where they were nominated: in `pods`, sums and counts. By uid. */
  readonly nominated: ReadonlyMap<string, NominatedPod>;
  /** Undefined: no such namespace is known. */
  namespaceLabels(namespace: string): StringMap | undefined;
  /** The view as it would be with this pod on that node as well. */
  with(pod: Pod, node: string): ClusterView;
  /** The view as it would be without these pods. */
  without(pods: readonly Pod[]): ClusterView;
}

export interface Scheduler {
  /** The algorithm's name, for messages. */
  readonly name: string;
  /** What can make a refused pod fit; a pod waits for one of these (or for its time) before the next attempt. */
  readonly retryOn: readonly ClusterEvent[];
  /** Called once for each attempt. The node named must be in the view. */
  place(pod: Pod, cluster: ClusterView): Placement;
  /**
   * What of the past the next answer depends on, besides pod and cluster: round robin's last node. A value as JSON has them;
   * it is kept with each attempt, for `explain`. Left out: the answer depends on pod and cluster alone.
   */
  readonly memory?: unknown;
  /**
   * Why `place` gave, or would give, what it did; called only when somebody asks, with the pod and the cluster of the attempt.
   * Changes nothing, not even the scheduler's own memory.
   * @param memory what `memory` was when the attempt began
   */
  explain?(pod: Pod, cluster: ClusterView, memory: unknown): Explanation;
}
export const Scheduler = slot<Scheduler>('Scheduler');
