// Local verdicts: what every node is to pods of one shape, as far as it depends on the node alone: the refusal, or the sum
// of the scores that need no comparison. Worked out once for all nodes; afterwards only for nodes that have changed, which
// after a placement is one. So a cluster of 5,000 nodes costs a pod no more than the nodes that changed since its like.
// Always true: after `update`, entry i is what the filters and scores would say of the node with index i.

import type { ClusterView, NodeInfo } from '../../contracts/scheduler.ts';
import type { NodeFilter, NodeScore, Refusal } from '../../contracts/scheduling-framework.ts';
import { BestFirst } from './best-first.ts';

/** A score with what it is multiplied by. */
export interface Weighted {
  readonly name: string;
  readonly weight: number;
  readonly score: NodeScore;
}

export class LocalVerdicts {
  readonly refusals: (Refusal | undefined)[] = [];
  /** 1 where there is a refusal: quicker to walk. */
  refused = new Uint8Array(0);
  /** Sum of the weighted scores of nodes that are not refused. */
  scores = new Float64Array(0);
  /** How many nodes each refusal is told of. */
  readonly tally = new Map<Refusal, number>();
  #version = -1;
  #tree: BestFirst | undefined;

  /** How many nodes are not refused. */
  fitting = 0;

  update(view: ClusterView, filters: readonly NodeFilter[], scores: readonly Weighted[]): void {
    const changed = view.changedSince(this.#version);
    this.#version = view.version;
    const { nodes } = view;
    if (!changed || this.scores.length !== nodes.length) return this.#begin(nodes, filters, scores);
    for (const index of changed) {
      this.#look(nodes[index]!, filters, scores);
      this.#tree?.set(index, this.#rank(index));
    }
  }

  /** Index of the best node that is not refused: greatest score, lowest index. */
  get best(): number | undefined {
    return this.#ranking().best;
  }

  /** The best that passes as well; undefined: not among the first so many. */
  bestThat(passes: (index: number) => boolean, most: number): number | undefined {
    const ranking = this.#ranking();
    const passedOver: number[] = [];
    let best = ranking.best;
    while (best !== undefined && !passes(best)) {
      passedOver.push(best);
      ranking.set(best, Number.NEGATIVE_INFINITY);
      best = passedOver.length < most ? ranking.best : undefined;
    }
    for (const index of passedOver) ranking.set(index, this.#rank(index));
    return best;
  }

  #ranking(): BestFirst {
    if (!this.#tree) {
      const ranks = Float64Array.from(this.scores, (_, index) => this.#rank(index));
      this.#tree = new BestFirst(ranks, ranks.length);
    }
    return this.#tree;
  }

  #begin(nodes: readonly NodeInfo[], filters: readonly NodeFilter[], scores: readonly Weighted[]): void {
    this.refusals.length = 0;
    this.scores = new Float64Array(nodes.length);
    this.refused = new Uint8Array(nodes.length);
    this.tally.clear();
    this.fitting = nodes.length;
    this.#tree = undefined;
    for (const node of nodes) this.#look(node, filters, scores);
  }

  #look(node: NodeInfo, filters: readonly NodeFilter[], scores: readonly Weighted[]): void {
    const { index } = node;
    this.#refuse(index, firstRefusal(node, filters));
    let sum = 0;
    if (!this.refusals[index]) for (const { weight, score } of scores) sum += weight * score.score(node);
    this.scores[index] = sum;
  }

  #refuse(index: number, now: Refusal | undefined): void {
    const before = this.refusals[index];
    if (before === now) return;
    this.refusals[index] = now;
    this.refused[index] = now ? 1 : 0;
    if (before) {
      this.fitting += 1;
      this.tally.set(before, this.tally.get(before)! - 1);
    }
    if (now) {
      this.fitting -= 1;
      this.tally.set(now, (this.tally.get(now) ?? 0) + 1);
    }
  }

  #rank(index: number): number {
    return this.refusals[index] ? Number.NEGATIVE_INFINITY : this.scores[index]!;
  }
}

export function firstRefusal(node: NodeInfo, filters: readonly NodeFilter[]): Refusal | undefined {
  for (const filter of filters) {
    const refusal = filter.only && !filter.only.has(node.name) ? notAmong : filter.filter(node);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Of nodes that a filter ruled out for all at once. Kubernetes counts them under no reason of their own. */
const notAmong: Refusal = { reasons: ["node(s) didn't satisfy plugin(s)"], resolvable: false };
