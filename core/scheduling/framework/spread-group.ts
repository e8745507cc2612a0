// Spread group: one topology spread constraint of a pod, counted. How many pods of the group each domain has, which domains
// there are, and what the least of them has.
// Where all nodes count, the numbers are the view's kept ones; a constraint that leaves nodes out (the pod's own node
// affinity, nodes without one of the labels) adds up what its nodes have.

import type { ClusterView, NodeInfo, PodQuery, Topology } from '../../contracts/scheduler.ts';
import { formatSelector, matches, selectorOf } from '../../model/labels.ts';
import type { Pod } from '../../model/pod.ts';
import type { TopologySpreadConstraint } from '../../model/topology-spread-constraint.ts';
import { nodeIsWanted } from '../filters/node-affinity.ts';
import { taintsAreTolerated } from '../filters/taints.ts';

export class SpreadGroup {
  readonly constraint: TopologySpreadConstraint;
  readonly topology: Topology;
  /** Whether the pod itself belongs to the group: 1, else 0. */
  readonly self: 0 | 1;
  readonly #query: PodQuery;
  readonly #view: ClusterView;
  /** Pods by the number of the domain; undefined: no such domain. */
  readonly #sums: (number | undefined)[];
  readonly #isEligible: ((node: NodeInfo) => boolean) | undefined;

  /** @param isEligible whether a node counts; undefined: all that have the label do */
  constructor(
    pod: Pod,
    view: ClusterView,
    constraint: TopologySpreadConstraint,
    isEligible: ((node: NodeInfo) => boolean) | undefined,
  ) {
    this.constraint = constraint;
    this.#view = view;
    this.#isEligible = isEligible;
    this.topology = view.topology(constraint.topologyKey);
    this.#query = groupOf(pod, constraint);
    this.self = this.#query.weigh(pod) === 1 ? 1 : 0;
    this.#sums = isEligible ? this.#addUp(isEligible) : this.#kept();
  }

  /** Pods of the group on the node itself. */
  on(node: NodeInfo): number {
    return this.#view.count(this.#query).on(node);
  }

  /** Pods of the group in the node's domain. */
  of(node: NodeInfo): number {
    return this.#sums[this.topology.codeOf(node)] ?? 0;
  }

  /** Counts a pod in or out, as a hypothesis. */
  change(pod: Pod, node: NodeInfo, times: 1 | -1): void {
    const code = this.topology.codeOf(node);
    const sum = this.#sums[code];
    if (sum !== undefined && this.#isEligible?.(node) !== false)
      this.#sums[code] = sum + times * this.#query.weigh(pod);
  }

  /** Pods in the domain that has fewest; 0 while there are fewer domains than the constraint wants at least. */
  get least(): number {
    let least = Number.POSITIVE_INFINITY;
    let domains = 0;
    for (const sum of this.#sums) {
      if (sum === undefined) continue;
      domains += 1;
      if (sum < least) least = sum;
    }
    return domains < (this.constraint.minDomains ?? 1) ? 0 : least;
  }

  #kept(): (number | undefined)[] {
    const { sums } = this.#view.count(this.#query).by(this.constraint.topologyKey);
    return this.topology.nodes.map((nodes, code) => (nodes > 0 ? (sums[code] ?? 0) : undefined));
  }

  #addUp(isEligible: (node: NodeInfo) => boolean): (number | undefined)[] {
    const count = this.#view.count(this.#query);
    const sums: (number | undefined)[] = this.topology.nodes.map(() => undefined);
    for (const node of this.#view.nodes) {
      const code = this.topology.codeOf(node);
      if (code >= 0 && isEligible(node)) sums[code] = (sums[code] ?? 0) + count.on(node);
    }
    return sums;
  }
}

/** The pods that a constraint counts: of the pod's namespace, chosen by the selector, and not on their way out. */
function groupOf(pod: Pod, { labelSelector, matchLabelKeys }: TopologySpreadConstraint): PodQuery {
  const { namespace, labels } = pod.metadata;
  const chosen = selectorOf(labelSelector);
  const more = (matchLabelKeys ?? []).flatMap((key) => {
    const value = labels?.[key];
    return value === undefined ? [] : [{ key, operator: '=' as const, values: [value] }];
  });
  const selector = chosen.nothing ? chosen : { requirements: [...chosen.requirements, ...more] };
  return {
    key: `spread ${namespace}/${selector.nothing ? '!' : formatSelector(selector)}`,
    weigh: ({ metadata }) =>
      metadata.namespace === namespace && !metadata.deletionTimestamp && matches(selector, metadata.labels) ? 1 : 0,
  };
}

/** Groups for the pod's constraints of one kind. */
export function spreadGroups(
  pod: Pod,
  view: ClusterView,
  kind: 'DoNotSchedule' | 'ScheduleAnyway',
): readonly SpreadGroup[] {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter((each) => each.whenUnsatisfiable === kind);
  const keys = constraints.map(({ topologyKey }) => view.topology(topologyKey));
  const labelled = (topology: Topology) => topology.nodes.reduce((sum, nodes) => sum + nodes, 0);
  // One label alone leaves out only nodes that are in none of its domains anyway.
  const allHaveAll = keys.length < 2 || keys.every((topology) => labelled(topology) === view.nodes.length);
  const hasWishes = pod.spec.nodeSelector !== undefined || pod.spec.affinity?.nodeAffinity !== undefined;
  return constraints.map((constraint) => {
    const byAffinity = hasWishes && constraint.nodeAffinityPolicy !== 'Ignore';
    const byTaints = constraint.nodeTaintsPolicy === 'Honor';
    if (allHaveAll && !byAffinity && !byTaints) return new SpreadGroup(pod, view, constraint, undefined);
    const isEligible = (node: NodeInfo) =>
      keys.every((topology) => topology.codeOf(node) >= 0) &&
      !(byAffinity && nodeIsWanted(pod, node)) &&
      !(byTaints && taintsAreTolerated(pod, node));
    return new SpreadGroup(pod, view, constraint, isEligible);
  });
}
