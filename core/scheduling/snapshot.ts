// Snapshot: the cluster as the scheduler sees it, kept up to date change by change, never built anew.
//   setNode, removeNode     a node joined, changed, left
//   setPod, removePod       a pod is placed (or on its way) there, or gone
//   setNominated            a pod that waits for room on the node, and counts there already
// Always true: columns agree with entries; a pod is counted on one node at most; a pod whose node is not known (yet)
// is remembered and counted when the node appears.

import type {
  ClusterView,
  DisruptionBudget,
  NodeInfo,
  NominatedPod,
  PodCount,
  PodQuery,
} from '../contracts/scheduler.ts';
import type { StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import { ChangeLog } from './change-log.ts';
import { type Contents, copyOfTables, emptyTables, type TableName } from './contents.ts';
import { PlacedTerms } from './framework/existing-terms.ts';
import { HomelessPods } from './homeless-pods.ts';
import type { Journal } from './journal.ts';
import { NodeColumns } from './node-columns.ts';
import { NodeEntry } from './node-entry.ts';
import { NodeImages } from './node-images.ts';
import { PodCounts } from './pod-counts.ts';
import { NodeTopology } from './topology.ts';
import { StorageTables } from './volumes/storage-tables.ts';

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
  readonly #homeless = new HomelessPods();
  readonly #log = new ChangeLog();
  readonly #counts = new PodCounts();
  readonly #topologies = new Map<string, NodeTopology>();
  readonly #tables = emptyTables();
  readonly storage = new StorageTables(this.#tables, (name, key, value) => this.#enter(name, key, value));
  readonly terms = new PlacedTerms();
  readonly #images = new NodeImages();
  #shownBudgets: readonly DisruptionBudget[] | undefined;
  readonly #journal: Journal | undefined;

  /** @param journal what is told of each change, so that it can be gone back on */
  constructor(columns = new NodeColumns(), journal?: Journal) {
    this.columns = columns;
    this.#journal = journal;
  }

  /** A snapshot of what was kept of another one. */
  static of({ nodes, pods, tables }: Contents): Snapshot {
    const snapshot = new Snapshot();
    for (const [name, labels] of tables.namespaces) snapshot.setNamespace(name, labels);
    for (const node of nodes) snapshot.setNode(node);
    for (const [node, list] of pods) for (const pod of list) snapshot.setPod(pod, node);
    for (const [uid, nominated] of tables.nominated) snapshot.#enter('nominated', uid, nominated);
    for (const [key, budget] of tables.budgets) snapshot.setBudget(key, budget);
    snapshot.storage.fill(tables);
    return snapshot;
  }

  get nodes(): readonly NodeEntry[] {
    this.#shown ??= Object.freeze([...this.#nodes]);
    return this.#shown;
  }

  node(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }

  get images(): NodeImages['byName'] {
    return this.#images.byName;
  }

  get budgets(): readonly DisruptionBudget[] {
    this.#shownBudgets ??= Object.freeze([...this.#tables.budgets.values()]);
    return this.#shownBudgets;
  }

  get nominated(): ReadonlyMap<string, NominatedPod> {
    return this.#tables.nominated;
  }

  get version(): number {
    return this.#log.version;
  }

  changedSince(version: number): readonly number[] | undefined {
    return this.#log.since(version);
  }

  count(query: PodQuery): PodCount {
    return this.#counts.of(
      query,
      (key) => this.topology(key),
      () => this.#allPlaced(),
    );
  }

  topology(key: string): NodeTopology {
    const known = this.#topologies.get(key);
    if (known) return known;
    const topology = new NodeTopology(key);
    for (const node of this.#nodes) topology.set(node, true);
    this.#topologies.set(key, topology);
    return topology;
  }

  namespaceLabels(namespace: string): StringMap | undefined {
    return this.#tables.namespaces.get(namespace);
  }

  /** @param key namespace and name; undefined: it is gone */
  setBudget(key: string, budget: DisruptionBudget | undefined): void {
    this.#enter('budgets', key, budget);
    this.#shownBudgets = undefined;
  }

  /** Undefined: it is gone. */
  setNamespace(name: string, labels: StringMap | undefined): void {
    this.#enter('namespaces', name, labels);
    // Terms choose pods by these labels, so what was counted may not hold.
    this.#counts.forget();
  }

  setNode(node: Node): void {
    const known = this.#byName.get(node.metadata.name);
    this.#images.set(known?.node, node);
    if (known) {
      this.#journal?.nodeChanged(known.index, known.node);
      known.read(node);
      this.#locate(known, false);
      return this.#log.touch(known.index, this.#nodes.length);
    }
    this.#journal?.nodeJoined();
    const entry = new NodeEntry(node, this.columns.append(), this.columns);
    this.#nodes.push(entry);
    this.#shown = undefined;
    this.#byName.set(entry.name, entry);
    this.#locate(entry, true);
    this.#log.restart();
    for (const uid of this.#homeless.take(entry.name)) this.#settle(this.#placed.get(uid) as PlacedPod, entry);
  }

  removeNode(name: string): void {
    const entry = this.#byName.get(name);
    if (!entry) return;
    this.#journal?.nodeLeft(entry.index, entry.node);
    this.#byName.delete(name);
    entry.leave();
    this.#images.set(entry.node, undefined);
    for (const pod of entry.pods) {
      this.terms.change(pod, -1);
      (this.#placed.get(pod.metadata.uid) as PlacedPod).position = undefined;
      this.#homeless.add(name, pod.metadata.uid);
    }
    const last = this.#nodes.pop() as NodeEntry;
    this.#shown = undefined;
    this.#counts.removeNode(entry.index, last.index);
    for (const topology of this.#topologies.values()) topology.remove(entry.index, last.index);
    this.columns.remove(entry.index);
    this.#log.restart();
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
    this.#enter('nominated', pod.metadata.uid, undefined);
    const known = this.#placed.get(pod.metadata.uid);
    if (known?.node === node && known.pod.spec === pod.spec) return this.#refresh(known, pod);
    this.removePod(pod.metadata.uid);
    const placed: PlacedPod = { pod, node, position: undefined };
    this.#placed.set(pod.metadata.uid, placed);
    this.#journal?.podAdded(node);
    const entry = this.#byName.get(node);
    if (entry) this.#settle(placed, entry);
    else this.#homeless.add(node, pod.metadata.uid);
  }

  /** Counts a pod on the node where room is made for it. `removePod` and `setPod` end it. */
  setNominated(pod: Pod, node: string): void {
    this.setPod(pod, node);
    this.#enter('nominated', pod.metadata.uid, { pod, node });
  }

  removePod(uid: string): void {
    this.#enter('nominated', uid, undefined);
    const placed = this.#placed.get(uid);
    if (!placed) return;
    this.#placed.delete(uid);
    const entry = this.#byName.get(placed.node);
    this.#journal?.podRemoved(placed.pod, placed.node, this.#positionOf(placed));
    if (!entry || placed.position === undefined) return this.#homeless.remove(placed.node, uid);
    entry.removePodAt(placed.position);
    this.#counts.add(placed.pod, entry.index, -1);
    this.terms.change(placed.pod, -1);
    this.#log.touch(entry.index, this.#nodes.length);
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

  #settle(placed: PlacedPod, entry: NodeEntry): void {
    placed.position = entry.pods.length;
    entry.addPod(placed.pod);
    this.#counts.add(placed.pod, entry.index, 1);
    this.terms.change(placed.pod, 1);
    this.#log.touch(entry.index, this.#nodes.length);
  }

  /** The pod is where it was and asks for what it did; its labels, or whether it is on its way out, may be others. */
  #refresh(placed: PlacedPod, pod: Pod): void {
    const before = placed.pod;
    this.#journal?.podChanged(before, placed.node, this.#positionOf(placed));
    placed.pod = pod;
    const entry = this.#byName.get(placed.node);
    if (!entry || placed.position === undefined) return;
    entry.pods[placed.position] = pod;
    // Who has run longer is spared by preemption.
    if (before.status?.startTime !== pod.status?.startTime) this.#log.touch(entry.index, this.#nodes.length);
    const { labels, deletionTimestamp } = before.metadata;
    if (labels === pod.metadata.labels && deletionTimestamp === pod.metadata.deletionTimestamp) return;
    this.#counts.change(before, pod, entry.index);
    this.terms.change(before, -1);
    this.terms.change(pod, 1);
  }

  #locate(entry: NodeEntry, isNew: boolean): void {
    for (const topology of this.#topologies.values()) {
      const before = topology.set(entry, isNew);
      const now = topology.codeOf(entry);
      if (!isNew && before !== now) this.#counts.nodeMoved(entry.index, topology.key, before, now);
    }
  }

  *#allPlaced(): Iterable<readonly [Pod, number]> {
    for (const { index, pods } of this.#nodes) for (const pod of pods) yield [pod, index];
  }

  #positionOf({ pod, node, position }: PlacedPod): number {
    return position ?? this.#homeless.positionOf(node, pod.metadata.uid);
  }

  #enter(name: TableName, key: string, value: unknown): void {
    const table = this.#tables[name] as Map<string, unknown>;
    const before = table.get(key);
    if (before === undefined && value === undefined) return;
    this.#journal?.entrySet(name, key, before);
    if (value === undefined) table.delete(key);
    else table.set(key, value);
  }

  /** What it is made of: lists of its own, of the same objects. It costs a look at every pod. */
  contents(): Contents {
    const pods = new Map(this.#nodes.map((node) => [node.name, [...node.pods]]));
    for (const [node, uids] of this.#homeless)
      pods.set(
        node,
        uids.map((uid) => this.#placed.get(uid)!.pod),
      );
    return {
      nodes: this.#nodes.map(({ node }) => node),
      pods,
      tables: copyOfTables(this.#tables),
    };
  }

  /** A snapshot of its own for a hypothesis: for rare questions, not for every pod placed. */
  #copy(): Snapshot {
    return Snapshot.of(this.contents());
  }
}
