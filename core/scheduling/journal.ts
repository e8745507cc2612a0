// Journal: how the snapshot was before each of its last changes, so that a question about a past decision can be answered
// from the cluster as it was then.
//   const journal = new Journal(); const snapshot = new Snapshot(undefined, journal);
//   const then = journal.position;  ...changes...  journal.rewind(contents, then); Snapshot.of(contents)
// A change is kept as a reference to the object that was there before: objects are never changed, so nothing is copied,
// and a change costs one small record. Walking back undoes the records one by one on plain lists.
// Always true: undoing the records from the end down to `then` gives the same nodes and pods, in the same order.

import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import type { Contents, TableName } from './contents.ts';
import { BoundedRing } from './journal-ring.ts';

type Change =
  | { readonly type: 'node-joined' }
  | { readonly type: 'node-changed'; readonly index: number; readonly node: Node }
  | { readonly type: 'node-left'; readonly index: number; readonly node: Node }
  | { readonly type: 'pod-added'; readonly on: string }
  | { readonly type: 'pod-changed'; readonly pod: Pod; readonly on: string; readonly position: number }
  | { readonly type: 'pod-removed'; readonly pod: Pod; readonly on: string; readonly position: number }
  | { readonly type: 'entry'; readonly table: TableName; readonly key: string; readonly value: unknown };

/** Changes that are kept; and about the bytes of old objects that are kept for them alone. */
const mostChanges = 65_536;
const mostBytes = 32 * 1024 * 1024;

/** A record; and an old object, most of which the new one shares. */
const recordBytes = 64;
const objectBytes = 2048;

export class Journal {
  readonly #changes: BoundedRing<Change>;

  constructor(most = mostChanges, bytes = mostBytes) {
    this.#changes = new BoundedRing(most, bytes);
  }

  /** How many changes there have been. */
  get position(): number {
    return this.#changes.next;
  }

  /** The oldest position that can still be gone back to. */
  get oldest(): number {
    return this.#changes.first;
  }

  nodeJoined(): void {
    this.#changes.push({ type: 'node-joined' }, recordBytes);
  }

  nodeChanged(index: number, before: Node): void {
    this.#changes.push({ type: 'node-changed', index, node: before }, objectBytes);
  }

  /** The last node has taken its place. */
  nodeLeft(index: number, before: Node): void {
    this.#changes.push({ type: 'node-left', index, node: before }, objectBytes);
  }

  /** At the end of the node's pods. */
  podAdded(on: string): void {
    this.#changes.push({ type: 'pod-added', on }, recordBytes);
  }

  podChanged(before: Pod, on: string, position: number): void {
    this.#changes.push({ type: 'pod-changed', pod: before, on, position }, objectBytes);
  }

  /** The last of the node's pods has taken its place. */
  podRemoved(before: Pod, on: string, position: number): void {
    this.#changes.push({ type: 'pod-removed', pod: before, on, position }, objectBytes);
  }

  /** @param value what stood there before; undefined: nothing */
  entrySet(table: TableName, key: string, value: unknown): void {
    this.#changes.push({ type: 'entry', table, key, value }, value === undefined ? recordBytes : objectBytes);
  }

  /** Takes contents of now back to how they were, or as far as is kept: what comes back is the position reached. */
  rewind(contents: Contents, position: number): number {
    const reached = Math.max(position, this.oldest);
    for (let at = this.position - 1; at >= reached; at -= 1) undo(contents, this.#changes.get(at)!);
    return reached;
  }
}

function undo(contents: Contents, change: Change): void {
  const { nodes, tables } = contents;
  switch (change.type) {
    case 'node-joined':
      nodes.pop();
      return;
    case 'node-changed':
      nodes[change.index] = change.node;
      return;
    case 'node-left':
      return putBack(nodes, change.index, change.node);
    case 'pod-added':
      podsOn(contents, change.on).pop();
      return;
    case 'pod-changed':
      podsOn(contents, change.on)[change.position] = change.pod;
      return;
    case 'pod-removed':
      return putBack(podsOn(contents, change.on), change.position, change.pod);
    case 'entry': {
      const table = tables[change.table] as Map<string, unknown>;
      if (change.value === undefined) table.delete(change.key);
      else table.set(change.key, change.value);
    }
  }
}

function podsOn({ pods }: Contents, node: string): Pod[] {
  const list = pods.get(node) ?? [];
  pods.set(node, list);
  return list;
}

/** The other way round of taking an item out and filling its place with the last one. */
function putBack<T>(list: T[], at: number, item: T): void {
  if (at < list.length) list.push(list[at]!);
  list[at] = item;
}
