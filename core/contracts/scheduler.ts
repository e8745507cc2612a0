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
import type { StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import type { Taint } from '../model/taint.ts';

/** What happened in the cluster that may make a refused pod fit. */
export type ClusterEvent = 'NodeAdded' | 'NodeChanged' | 'NodeRemoved' | 'PodBound' | 'PodGone' | 'PodChanged';

/** Reason in Kubernetes' words ("Insufficient cpu", "node(s) were unschedulable") -> how many nodes. */
export type ReasonCounts = Readonly<Record<string, number>>;

/** Where the pod goes; or how many nodes refused it for which reason. */
export type Placement = { readonly node: string } | { readonly unschedulable: ReasonCounts };

/** Amounts of the resources that scheduling counts: CPU in millicores, memory in bytes, pods, and whatever else a node offers. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
  readonly ephemeralStorage: number;
  /** Extended resources by name: `example.com/gpu`. */
  readonly extended?: Readonly<Record<string, number>>;
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
  /** Sum of the requests of its pods. */
  readonly requested: Resources;
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
}

/** The cluster at one moment, read-only; valid during one call of `place`. */
export interface ClusterView {
  /** In the order in which they joined. A removed node's place is taken by the last one. */
  readonly nodes: readonly NodeInfo[];
  readonly columns: Columns;
  node(name: string): NodeInfo | undefined;
  /** The view as it would be with this pod on that node as well. */
  with(pod: Pod, node: string): ClusterView;
  /** The view as it would be without these pods. */
  without(pods: readonly Pod[]): ClusterView;
}

/** The long answer: what each node was found to be, and the score where it got one. */
export interface Reasons {
  readonly nodes: readonly {
    readonly node: string;
    readonly refused?: string;
    readonly scores?: Readonly<Record<string, number>>;
  }[];
}

export interface Scheduler {
  /** The algorithm's name, for messages. */
  readonly name: string;
  /** What can make a refused pod fit; a pod waits for one of these (or for its time) before the next attempt. */
  readonly retryOn: readonly ClusterEvent[];
  /** Called once for each attempt. The node named must be in the view. */
  place(pod: Pod, cluster: ClusterView): Placement;
  /** Made only when somebody asks. */
  why?(pod: Pod, cluster: ClusterView): Reasons;
}
export const Scheduler = slot<Scheduler>('Scheduler');
