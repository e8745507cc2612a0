// Kept candidates: whom the pods of one shape would evict on each node, until the node changes. Pods that come with high
// priority come in crowds, and a crowd would ask the same of hundreds of nodes for each of its pods.
// Only where every filter depends on the node alone; and as long as the disruption budgets stay what they are.

import type { ClusterView, DisruptionBudget, NodeInfo } from '../../contracts/scheduler.ts';
import type { FailedAttempt, Refusal } from '../../contracts/scheduling-framework.ts';
import { type Candidate, candidateOn } from './candidate.ts';
import { shapeOf } from './pod-shape.ts';

export class KeptCandidates {
  #shape: string | undefined;
  #budgets: readonly DisruptionBudget[] | undefined;
  #version = -1;
  /** By index of the node; a Refusal: none there; undefined: not looked at yet. */
  #candidates: (Candidate | Refusal | undefined)[] = [];

  /** What tells the candidate on a node, for this attempt. */
  for(attempt: FailedAttempt): (node: NodeInfo) => Candidate | Refusal {
    if (attempt.filters.some(({ scope }) => scope !== 'node')) return (node) => candidateOn(node, attempt);
    this.#update(attempt.cluster, shapeOf(attempt.pod));
    return (node) => {
      this.#candidates[node.index] ??= candidateOn(node, attempt);
      return this.#candidates[node.index]!;
    };
  }

  #update(view: ClusterView, shape: string): void {
    const isAsBefore = shape === this.#shape && view.budgets === this.#budgets;
    const changed = isAsBefore ? view.changedSince(this.#version) : undefined;
    if (changed) for (const index of changed) this.#candidates[index] = undefined;
    else this.#candidates = [];
    this.#shape = shape;
    this.#budgets = view.budgets;
    this.#version = view.version;
  }
}
