// The scheduling framework: the points at which a scheduler that is made of plugins can be extended, in Kubernetes' words
// and order (kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework).
//
//   queue > PreFilter > Filter > (no node: PostFilter) > PreScore > Score > Reserve > Permit > PreBind > Bind
//           FilterPlugin         PostFilterPlugin        ScorePlugin        ReservePlugin PermitPlugin PreBindPlugin BindPlugin
//
// `preFilter` and `preScore` look at the pod once, and what they give looks at each node: the state between the two, which
// Kubernetes keeps in a CycleState, is a closure. One object may stand at several points, as TaintToleration does.
//
// Always true: they are called for one pod at a time, in listed order; filters and scores change nothing; who gives
// undefined has nothing to say of this pod (Kubernetes: Skip).

import { contribution } from '../cluster/token.ts';
import type { Pod } from '../model/pod.ts';
import type { ClusterEvent, ClusterView, NodeInfo, Nomination, Topology } from './scheduler.ts';

/**
 * What a verdict or a score depends on, besides the pod.
 *   node      the node alone: it holds until the node changes, for every pod of the same shape (its requests, ports, images,
 *             node affinity, tolerations, claims). Such verdicts are kept, and kept in order where scores are too.
 *   cluster   other nodes and their pods as well: it is asked for anew for each pod.
 */
export type Scope = 'node' | 'cluster';

/** Why a node cannot take the pod. Make one object a reason and give it again and again: they are counted by identity. */
export interface Refusal {
  /** Kubernetes' words: `node(s) didn't match pod topology spread constraints`. */
  readonly reasons: readonly string[];
  /** Whether the node could take the pod if pods of lower priority left it (Kubernetes: Unschedulable, else UnschedulableAndUnresolvable). */
  readonly resolvable: boolean;
}

/** A filter that has looked at the pod. */
export interface NodeFilter {
  readonly scope: Scope;
  /** Only these nodes can pass: the others are not even asked (PreFilterResult). */
  readonly only?: ReadonlySet<string>;
  /** Undefined: the node can take the pod. Called once a node; the first refusal ends the walk for that node. */
  filter(node: NodeInfo): Refusal | undefined;
  /** A hypothesis for preemption: as if the pod were on the node too, or no more. Needed where scope is `cluster`. */
  addPod?(pod: Pod, node: NodeInfo): void;
  removePod?(pod: Pod, node: NodeInfo): void;
}

export interface FilterPlugin {
  /** As Kubernetes calls it: `NodeResourcesFit`. */
  readonly name: string;
  /** What can turn its refusal into a pass (EventsToRegister). */
  readonly retryOn: readonly ClusterEvent[];
  /** Called once an attempt. A Refusal: no node at all can take the pod. */
  preFilter(pod: Pod, cluster: ClusterView): NodeFilter | Refusal | undefined;
}
export const FilterPlugin = contribution<FilterPlugin>('FilterPlugin');

/**
 * How raw scores become 0 to 100 over the nodes that passed (NormalizeScore).
 *   none      they are 0 to 100 already, whole numbers
 *   greatest  the greatest becomes 100, the others in proportion
 *   reverse   as `greatest`, then taken from 100: a small raw score is a good one
 *   function  a rule of its own: changes the first `count` scores in place
 */
export type Normalise = 'none' | 'greatest' | 'reverse' | ((scores: Float64Array, count: number) => void);

/** A score that has looked at the pod. */
export interface NodeScore {
  readonly scope: Scope;
  readonly normalise: Normalise;
  /**
   * The score is the same for all nodes of one of its domains, and the same for all outside of them; it is then asked for,
   * normalised, and shown to `among` once a domain. Makes thousands of nodes cheap.
   */
  readonly domain?: Topology;
  /** Called once, before the first score, with the nodes that passed all filters. */
  among?(nodes: readonly NodeInfo[]): void;
  /** Raw: the more the better, unless `normalise` reverses it. Called for nodes that passed all filters. */
  score(node: NodeInfo): number;
}

export interface ScorePlugin {
  readonly name: string;
  /** What its normalised score is multiplied by, unless the profile says otherwise; Kubernetes' default. */
  readonly weight: number;
  /** Called once an attempt. */
  preScore(pod: Pod, cluster: ClusterView): NodeScore | undefined;
}
export const ScorePlugin = contribution<ScorePlugin>('ScorePlugin');

/** One attempt that found no node, as a PostFilterPlugin sees it. */
export interface FailedAttempt {
  readonly pod: Pod;
  readonly cluster: ClusterView;
  /** Filters that have looked at the pod, in order. */
  readonly filters: readonly NodeFilter[];
  /** Why the node refused; undefined only where another filter excluded it unasked. */
  refusalOf(node: NodeInfo): Refusal | undefined;
  /** How many nodes refused for which reason. */
  readonly refusals: ReadonlyMap<Refusal, number>;
}

/** No room can be made. */
export interface NoRoom {
  /** For the end of what the pod is told: `preemption: 0/3 nodes are available: ...` (PostFilterMsg). */
  readonly message: string;
  /** An earlier nomination of the pod holds no more. */
  readonly nominate?: 'nowhere';
}

export interface PostFilterPlugin {
  readonly name: string;
  /**
   * Called when no node passed, in listed order until one of them makes room. `nowhere`: it cannot, and an earlier
   * nomination of the pod holds no more; a NoRoom says why as well; undefined: it leaves things as they are.
   */
  postFilter(attempt: FailedAttempt): Nomination | NoRoom | 'nowhere' | undefined;
}
export const PostFilterPlugin = contribution<PostFilterPlugin>('PostFilterPlugin');

export interface ReservePlugin {
  readonly name: string;
  /** Called once the pod is assumed on the node, in listed order; a throw ends the attempt, and all are told to undo. */
  reserve(pod: Pod, node: string): void;
  /** Called in reverse order when the attempt fails, now or later on. Must not throw; may be called without `reserve`. */
  unreserve(pod: Pod, node: string): void;
}
export const ReservePlugin = contribution<ReservePlugin>('ReservePlugin');

/** Go on; give up this attempt; or wait, at most so many milliseconds, for `settled`. */
export type Permit =
  | 'allow'
  | { readonly reject: string }
  | { readonly wait: number; readonly settled: Promise<'allow' | { readonly reject: string }> };

export interface PermitPlugin {
  readonly name: string;
  /** Called after all reservations, in listed order. While the pod waits, it counts on its node and others are placed. */
  permit(pod: Pod, node: string): Permit;
}
export const PermitPlugin = contribution<PermitPlugin>('PermitPlugin');

export interface PreBindPlugin {
  readonly name: string;
  /** Whether there is anything to do for the pod; asked once all reservations are made. Most pods wait for nothing. */
  preBindPreFlight(pod: Pod, node: string): boolean;
  /**
   * Does it, and resolves when the pod may be bound; called once all permits are there, in listed order. The pod counts on its
   * node meanwhile, and others are placed. A throw ends the attempt.
   */
  preBind(pod: Pod, node: string, signal: AbortSignal): Promise<void>;
}
export const PreBindPlugin = contribution<PreBindPlugin>('PreBindPlugin');

export interface BindPlugin {
  readonly name: string;
  /** Binds the pod, or gives 'skip' and leaves it to the next one; the loop's own binding comes last. @throws ApiError */
  bind(pod: Pod, node: string, signal: AbortSignal): Promise<'bound' | 'skip'>;
}
export const BindPlugin = contribution<BindPlugin>('BindPlugin');
