// Passed nodes: those that can take the pod, and which of them is best. One object serves all attempts, so that thousands of
// pods a second make no garbage of thousands of entries each.
// Always true: the best is the one with the greatest sum of weighted scores; of equal ones the first in the view's order.

import type { NodeInfo, Topology } from '../../contracts/scheduler.ts';
import type { NodeScore } from '../../contracts/scheduling-framework.ts';
import type { Weighted } from './local-verdicts.ts';
import { normalise } from './normalise.ts';

export class PassedNodes {
  count = 0;
  #nodes: readonly NodeInfo[] = [];
  #indices = new Int32Array(0);
  #sums = new Float64Array(0);
  #raw = new Float64Array(0);
  #codes = new Int32Array(0);

  /** For the next attempt: nobody has passed yet. */
  reset(nodes: readonly NodeInfo[]): this {
    this.#nodes = nodes;
    this.count = 0;
    if (this.#indices.length < nodes.length) {
      this.#indices = new Int32Array(2 * nodes.length);
      this.#sums = new Float64Array(2 * nodes.length);
      this.#raw = new Float64Array(2 * nodes.length);
      this.#codes = new Int32Array(2 * nodes.length);
    }
    return this;
  }

  add(index: number): void {
    this.#indices[this.count] = index;
    this.count += 1;
  }

  /** @param base what each node has already, by its index */
  best(scores: readonly Weighted[], base: Float64Array | undefined): NodeInfo {
    const indices = this.#indices;
    const sums = this.#sums;
    for (let at = 0; at < this.count; at += 1) sums[at] = base ? base[indices[at]!]! : 0;
    if (this.count > 1) for (const score of scores) this.#addScore(score);
    let best = 0;
    for (let at = 1; at < this.count; at += 1) {
      const ahead = sums[at]! - sums[best]!;
      if (ahead > 0 || (ahead === 0 && indices[at]! < indices[best]!)) best = at;
    }
    return this.#nodes[indices[best]!]!;
  }

  #addScore({ weight, score }: Weighted): void {
    const { count } = this;
    if (score.domain && score.domain.values.length < count / 4) return this.#addByDomain(weight, score, score.domain);
    const raw = this.#raw;
    const sums = this.#sums;
    score.among?.(Array.from(this.#indices.subarray(0, count), (index) => this.#nodes[index]!));
    for (let at = 0; at < count; at += 1) raw[at] = score.score(this.#nodes[this.#indices[at]!]!);
    normalise(raw, count, score.normalise);
    for (let at = 0; at < count; at += 1) sums[at]! += weight * raw[at]!;
  }

  /** One score for all nodes of a domain; number 0 is "outside of all". */
  #addByDomain(weight: number, score: NodeScore, domain: Topology): void {
    const members: NodeInfo[] = [];
    /** By number of the domain: position among those that have a passed node, from 1. */
    const places = new Int32Array(domain.values.length + 1);
    const { codes: codeAt } = domain;
    const indices = this.#indices;
    const codes = this.#codes;
    // No look at the nodes themselves: thousands of objects far from each other cost more than all the rest.
    for (let at = 0; at < this.count; at += 1) {
      const index = indices[at]!;
      const code = codeAt[index]! + 1;
      if (places[code] === 0) places[code] = members.push(this.#nodes[index]!);
      codes[at] = places[code]! - 1;
    }
    score.among?.(members);
    const raw = Float64Array.from(members, (node) => score.score(node));
    normalise(raw, raw.length, score.normalise);
    for (let at = 0; at < raw.length; at += 1) raw[at]! *= weight;
    const sums = this.#sums;
    for (let at = 0; at < this.count; at += 1) sums[at]! += raw[codes[at]!]!;
  }
}
