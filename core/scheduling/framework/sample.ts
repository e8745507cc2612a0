// Sample: in a large cluster Kubernetes does not look at all nodes for each pod. It goes round them, and stops when enough
// have passed; the next pod begins where this one stopped. Kubernetes: numFeasibleNodesToFind.

import type { NodeInfo } from '../../contracts/scheduler.ts';

/** Clusters up to this size are looked at whole. */
const minFeasibleNodesToFind = 100;
const minFeasibleNodesPercentage = 5;

export class Sample {
  readonly #percentage: number;
  #next: number;

  /**
   * @param percentage of the nodes; 0: by the size of the cluster, 50 % of 100 nodes down to 5 % of 5,625
   * @param next where the first walk begins
   */
  constructor(percentage: number, next = 0) {
    this.#percentage = percentage;
    this.#next = next;
  }

  /** Index at which the next walk begins. */
  get next(): number {
    return this.#next;
  }

  /** How many nodes must pass. */
  enough(nodes: number): number {
    if (nodes < minFeasibleNodesToFind) return nodes;
    const percentage = this.#percentage || Math.max(minFeasibleNodesPercentage, 50 - Math.floor(nodes / 125));
    return Math.max(minFeasibleNodesToFind, Math.floor((nodes * percentage) / 100));
  }

  /** The nodes in turn, from where the last walk ended, until enough have passed. */
  *walk(nodes: readonly NodeInfo[], passed: { readonly count: number }): Iterable<NodeInfo> {
    const enough = this.enough(nodes.length);
    let looked = 0;
    for (; looked < nodes.length && passed.count < enough; looked += 1)
      yield nodes[(this.#next + looked) % nodes.length]!;
    if (nodes.length > 0) this.#next = (this.#next + looked) % nodes.length;
  }
}
