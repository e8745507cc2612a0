// Hypothesis: a count of the view with a few pods more or less, for "what if they were gone". The view itself stays as it is.

import type { DomainCount, NodeInfo } from '../../contracts/scheduler.ts';

export class Hypothesis {
  readonly #count: DomainCount;
  #changes: Map<number, number> | undefined;

  constructor(count: DomainCount) {
    this.#count = count;
  }

  /** Over all domains. */
  get total(): number {
    let total = 0;
    for (const sum of this.#count.sums) total += sum ?? 0;
    for (const change of this.#changes?.values() ?? []) total += change;
    return total;
  }

  /** Whether the node is in a domain at all. */
  isIn(node: NodeInfo): boolean {
    return this.#count.topology.codeOf(node) >= 0;
  }

  of(node: NodeInfo): number {
    const count = this.#count.of(node);
    return this.#changes ? count + (this.#changes.get(this.#count.topology.codeOf(node)) ?? 0) : count;
  }

  change(node: NodeInfo, by: number): void {
    const code = this.#count.topology.codeOf(node);
    if (code < 0) return;
    this.#changes ??= new Map();
    this.#changes.set(code, (this.#changes.get(code) ?? 0) + by);
  }
}
