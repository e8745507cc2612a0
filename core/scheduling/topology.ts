// Topology: which nodes share a value of one label, the zone for example. Values are numbered in the order in which they
// were seen; each node's number stands at its index, as in the view's columns.
// Always true: a node without the label has number -1; `nodes` counts the nodes of each value.

import type { NodeInfo, Topology } from '../contracts/scheduler.ts';

export class NodeTopology implements Topology {
  readonly key: string;
  readonly values: string[] = [];
  readonly nodes: number[] = [];
  codes = new Int32Array(16);
  readonly #codeOf = new Map<string, number>();

  constructor(key: string) {
    this.key = key;
  }

  codeOf(node: NodeInfo): number {
    return this.codes[node.index] ?? -1;
  }

  /** Values that at least one node has. */
  get size(): number {
    return this.nodes.reduce((count, nodes) => count + (nodes > 0 ? 1 : 0), 0);
  }

  /** A node came, or its labels changed. Gives the number that it had: -1 of a new one. */
  set(node: NodeInfo, isNew: boolean): number {
    const { index } = node;
    if (index >= this.codes.length) this.#grow(index);
    const before = isNew ? -1 : this.codes[index]!;
    const now = this.#code(node.labels[this.key]);
    this.codes[index] = now;
    if (before >= 0) this.nodes[before]! -= 1;
    if (now >= 0) this.nodes[now]! += 1;
    return before;
  }

  /** The node at this index left; the last one takes its place. */
  remove(index: number, last: number): void {
    const code = this.codes[index]!;
    if (code >= 0) this.nodes[code]! -= 1;
    this.codes[index] = this.codes[last]!;
  }

  #code(value: string | undefined): number {
    if (value === undefined) return -1;
    const known = this.#codeOf.get(value);
    if (known !== undefined) return known;
    const code = this.values.push(value) - 1;
    this.nodes.push(0);
    this.#codeOf.set(value, code);
    return code;
  }

  #grow(index: number): void {
    const wider = new Int32Array(2 * index);
    wider.set(this.codes);
    this.codes = wider;
  }
}
