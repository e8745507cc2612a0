// Homeless pods: those on nodes that are not known, yet or any more. They are kept as on a node: a new one goes to the end,
// and when one leaves the last one takes its place. So they are found again in the same order.

export class HomelessPods implements Iterable<readonly [node: string, uids: readonly string[]]> {
  readonly #byNode = new Map<string, string[]>();

  add(node: string, uid: string): void {
    const uids = this.#byNode.get(node);
    if (uids) uids.push(uid);
    else this.#byNode.set(node, [uid]);
  }

  /** Its position among those of the node. */
  positionOf(node: string, uid: string): number {
    return this.#byNode.get(node)?.indexOf(uid) ?? -1;
  }

  remove(node: string, uid: string): void {
    const at = this.positionOf(node, uid);
    if (at < 0) return;
    const uids = this.#byNode.get(node)!;
    const last = uids.pop()!;
    if (at < uids.length) uids[at] = last;
    if (uids.length === 0) this.#byNode.delete(node);
  }

  /** Those of the node; they are homeless no more. */
  take(node: string): readonly string[] {
    const uids = this.#byNode.get(node) ?? [];
    this.#byNode.delete(node);
    return uids;
  }

  [Symbol.iterator](): Iterator<readonly [string, readonly string[]]> {
    return this.#byNode.entries();
  }
}
