// Snapshot: the cluster as the scheduler sees it, kept up to date change by change, never built anew.
//   setNode, removeNode     a node joined, changed, left
//   setPod, removePod       a pod is placed (or on its way) there, or gone
// Always true: columns agree with entries; a pod is counted on one node at most; a pod whose node is not known (yet)
// is remembered and counted when the node appears.

import type { ClusterView, NodeInfo } from '../contracts/scheduler.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import { NodeColumns } from './node-columns.ts';
import { NodeEntry } from './node-entry.ts';

interface PlacedPod {
  pod: Pod;
  readonly node: string;
  /** Position in the entry's list of pods; undefined while the node is not known. */
  position: number | undefined;
}

export class Snapshot implements ClusterView {
  readonly #nodes: NodeEntry[] = [];
  /** What `nodes` shows: a frozen copy, since a scheduler that sorts it in place must not disturb the indices. */
  #shown: readonly NodeEntry[] | undefined;
  readonly columns: NodeColumns;
  readonly #byName = new Map<string, NodeEntry>();
  readonly #placed = new Map<string, PlacedPod>();
  /** Pods on nodes that are not known: node name -> uids. */
  readonly #homeless = new Map<string, Set<string>>();

  constructor(columns = new NodeColumns()) {
    this.columns = columns;
  }

  get nodes(): readonly NodeEntry[] {
    this.#shown ??= Object.freeze([...this.#nodes]);
    return this.#shown;
  }

  node(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }

  setNode(node: Node): void {
    const known = this.#byName.get(node.metadata.name);
    if (known) return known.read(node);
    const entry = new NodeEntry(node, this.columns.append(), this.columns);
    this.#nodes.push(entry);
    this.#shown = undefined;
    this.#byName.set(entry.name, entry);
    const waiting = this.#homeless.get(entry.name) ?? [];
    this.#homeless.delete(entry.name);
    for (const uid of waiting) this.#settle(this.#placed.get(uid) as PlacedPod);
  }

  removeNode(name: string): void {
    const entry = this.#byName.get(name);
    if (!entry) return;
    this.#byName.delete(name);
    for (const pod of entry.pods) {
      (this.#placed.get(pod.metadata.uid) as PlacedPod).position = undefined;
      this.#addHomeless(name, pod.metadata.uid);
    }
    const last = this.#nodes.pop() as NodeEntry;
    this.#shown = undefined;
    this.columns.remove(entry.index);
    if (last === entry) return;
    last.index = entry.index;
    this.#nodes[entry.index] = last;
  }

  /** The node on which the pod is counted. */
  placeOf(uid: string): string | undefined {
    return this.#placed.get(uid)?.node;
  }

  /** Counts the pod on the node: a new one, or one that changed. */
  setPod(pod: Pod, node: string): void {
    const known = this.#placed.get(pod.metadata.uid);
    if (known?.node === node && known.pod.spec === pod.spec) {
      known.pod = pod;
      const entry = this.#byName.get(node);
      if (entry && known.position !== undefined) entry.pods[known.position] = pod;
      return;
    }
    this.removePod(pod.metadata.uid);
    const placed: PlacedPod = { pod, node, position: undefined };
    this.#placed.set(pod.metadata.uid, placed);
    this.#settle(placed);
  }

  removePod(uid: string): void {
    const placed = this.#placed.get(uid);
    if (!placed) return;
    this.#placed.delete(uid);
    const entry = this.#byName.get(placed.node);
    if (!entry || placed.position === undefined) {
      this.#homeless.get(placed.node)?.delete(uid);
      return;
    }
    entry.removePodAt(placed.position);
    const moved = entry.pods[placed.position];
    if (moved) (this.#placed.get(moved.metadata.uid) as PlacedPod).position = placed.position;
  }

  with(pod: Pod, node: string): ClusterView {
    const view = this.#copy();
    view.setPod(pod, node);
    return view;
  }

  without(pods: readonly Pod[]): ClusterView {
    const view = this.#copy();
    for (const pod of pods) view.removePod(pod.metadata.uid);
    return view;
  }

  #settle(placed: PlacedPod): void {
    const entry = this.#byName.get(placed.node);
    if (!entry) return this.#addHomeless(placed.node, placed.pod.metadata.uid);
    placed.position = entry.pods.length;
    entry.addPod(placed.pod);
  }

  #addHomeless(node: string, uid: string): void {
    const uids = this.#homeless.get(node);
    if (uids) uids.add(uid);
    else this.#homeless.set(node, new Set([uid]));
  }

  /** A snapshot of its own for a hypothesis. It costs a look at every pod: for rare questions, not for every pod placed. */
  #copy(): Snapshot {
    const copy = new Snapshot();
    for (const { node } of this.#nodes) copy.setNode(node);
    for (const { pod, node } of this.#placed.values()) copy.setPod(pod, node);
    return copy;
  }
}
