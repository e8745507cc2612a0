// Pod counts: how many pods that somebody asks about are on each node, in each zone. The first question looks at all pods;
// from then on the numbers are kept by adding and subtracting as pods come and go, so that asking again costs nothing.
//   const count = view.count({ key: 'default/app=web', weigh: (pod) => (isWeb(pod) ? 1 : 0) });
//   count.on(node); count.by('topology.kubernetes.io/zone').of(node);
// Always true: `by(key).sums` adds up `perNode` over the nodes of each value; questions not asked for long are forgotten.

import type { DomainCount, NodeInfo, PodCount, PodQuery } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import type { NodeTopology } from './topology.ts';

/** Questions whose answers are kept up to date at the same time. */
const mostCounts = 256;

export class KeptCount implements PodCount {
  readonly query: PodQuery;
  total = 0;
  readonly #topology: (key: string) => NodeTopology;
  readonly #domains = new Map<string, KeptDomains>();
  #perNode = new Float64Array(16);

  constructor(query: PodQuery, topology: (key: string) => NodeTopology) {
    this.query = query;
    this.#topology = topology;
  }

  on(node: NodeInfo): number {
    return this.#perNode[node.index] ?? 0;
  }

  by(key: string): KeptDomains {
    const known = this.#domains.get(key);
    if (known) return known;
    const domains = new KeptDomains(this.#topology(key));
    for (let index = 0; index < this.#perNode.length; index += 1)
      if (this.#perNode[index] !== 0) domains.add(index, this.#perNode[index]!);
    this.#domains.set(key, domains);
    return domains;
  }

  add(index: number, weight: number): void {
    if (weight === 0) return;
    if (index >= this.#perNode.length) this.#grow(index);
    this.#perNode[index]! += weight;
    this.total += weight;
    for (const domains of this.#domains.values()) domains.add(index, weight);
  }

  /** The node went from one value of the label to another; its pods go with it. */
  moved(index: number, key: string, before: number, now: number): void {
    const weight = this.#perNode[index] ?? 0;
    if (weight !== 0) this.#domains.get(key)?.moved(weight, before, now);
  }

  /** The node at this index leaves, with what is on it; the last one takes its place. Before topologies change. */
  removeNode(index: number, last: number): void {
    this.add(index, -(this.#perNode[index] ?? 0));
    if (index >= this.#perNode.length || last >= this.#perNode.length) {
      if (last < this.#perNode.length) this.#grow(index);
      else return;
    }
    this.#perNode[index] = this.#perNode[last]!;
    this.#perNode[last] = 0;
  }

  #grow(index: number): void {
    const wider = new Float64Array(2 * index);
    wider.set(this.#perNode);
    this.#perNode = wider;
  }
}

export class KeptDomains implements DomainCount {
  readonly topology: NodeTopology;
  readonly sums: number[] = [];

  constructor(topology: NodeTopology) {
    this.topology = topology;
  }

  of(node: NodeInfo): number {
    return this.sums[this.topology.codes[node.index] ?? -1] ?? 0;
  }

  add(index: number, weight: number): void {
    const code = this.topology.codes[index] ?? -1;
    if (code >= 0) this.sums[code] = (this.sums[code] ?? 0) + weight;
  }

  moved(weight: number, before: number, now: number): void {
    if (before >= 0) this.sums[before] = (this.sums[before] ?? 0) - weight;
    if (now >= 0) this.sums[now] = (this.sums[now] ?? 0) + weight;
  }
}

/** All counts of a snapshot. */
export class PodCounts {
  /** The one asked for last stands last. */
  readonly #counts = new Map<string, KeptCount>();

  /** @param placed every pod with the index of its node, for a question that was never asked */
  of(
    query: PodQuery,
    topology: (key: string) => NodeTopology,
    placed: () => Iterable<readonly [pod: Pod, index: number]>,
  ): KeptCount {
    let count = this.#counts.get(query.key);
    if (count) this.#counts.delete(query.key);
    else {
      count = new KeptCount(query, topology);
      for (const [pod, index] of placed()) count.add(index, query.weigh(pod));
    }
    this.#counts.set(query.key, count);
    if (this.#counts.size > mostCounts) this.#counts.delete(this.#counts.keys().next().value as string);
    return count;
  }

  add(pod: Pod, index: number, times: 1 | -1): void {
    for (const count of this.#counts.values()) count.add(index, times * count.query.weigh(pod));
  }

  /** The pod changed where it is: its labels, or it is on its way out. */
  change(before: Pod, now: Pod, index: number): void {
    for (const count of this.#counts.values()) count.add(index, count.query.weigh(now) - count.query.weigh(before));
  }

  nodeMoved(index: number, key: string, before: number, now: number): void {
    for (const count of this.#counts.values()) count.moved(index, key, before, now);
  }

  /** Everything is counted anew when it is asked for. */
  forget(): void {
    this.#counts.clear();
  }

  removeNode(index: number, last: number): void {
    for (const count of this.#counts.values()) count.removeNode(index, last);
  }
}
