// One node in the scheduler's view: what the Node object says, read once, and the pods that are placed there.
// Numbers live in the view's columns; the readable getters below take them from there.

import type { NodeInfo, Resources, UsedResources } from '../contracts/scheduler.ts';
import type { StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { Pod } from '../model/pod.ts';
import type { Taint } from '../model/taint.ts';
import { hostPorts } from './filters/host-ports.ts';
import type { NodeColumns } from './node-columns.ts';
import { podResources, toResources } from './pod-resources.ts';

const noLabels: StringMap = {};

export class NodeEntry implements NodeInfo {
  readonly name: string;
  readonly pods: Pod[] = [];
  readonly usedPorts = new Set<string>();
  index: number;
  node!: Node;
  labels: StringMap = noLabels;
  taints: readonly Taint[] = [];
  unschedulable = false;
  allocatable!: Resources;
  readonly used: NodeUse;
  #isDisliked = false;
  readonly #columns: NodeColumns;
  /** Sums of what only few pods ask for; CPU, memory and pods are in the columns. */
  readonly #otherRequests = new Map<string, number>();

  constructor(node: Node, index: number, columns: NodeColumns) {
    this.name = node.metadata.name;
    this.index = index;
    this.#columns = columns;
    this.used = new NodeUse(this, columns);
    this.read(node);
  }

  /** Takes over what the Node object says now. */
  read(node: Node): void {
    this.node = node;
    this.labels = node.metadata.labels ?? noLabels;
    this.taints = node.spec?.taints ?? [];
    this.unschedulable = node.spec?.unschedulable === true;
    this.allocatable = toResources(node.status?.allocatable, { pods: 0 });
    const columns = this.#columns;
    columns.allocatableCpu[this.index] = this.allocatable.cpu;
    columns.allocatableMemory[this.index] = this.allocatable.memory;
    columns.allocatablePods[this.index] = this.allocatable.pods;
    const repels = this.taints.some((taint) => taint.effect !== 'PreferNoSchedule');
    columns.restricted[this.index] = this.unschedulable || repels ? 1 : 0;
    this.#dislike(this.taints.some((taint) => taint.effect === 'PreferNoSchedule'));
  }

  /** It leaves the view. */
  leave(): void {
    this.#dislike(false);
  }

  get requested(): Resources {
    const { cpu, memory, pods } = this.used;
    if (this.#otherRequests.size === 0) return { cpu, memory, pods, ephemeralStorage: 0 };
    const extended = Object.fromEntries([...this.#otherRequests].filter(([name]) => name !== 'ephemeral-storage'));
    return {
      cpu,
      memory,
      pods,
      ephemeralStorage: this.#otherRequests.get('ephemeral-storage') ?? 0,
      ...(Object.keys(extended).length > 0 && { extended }),
    };
  }

  /** What is asked of a resource that the columns do not hold. */
  otherRequested(resource: string): number {
    return this.#otherRequests.get(resource) ?? 0;
  }

  addPod(pod: Pod): void {
    this.pods.push(pod);
    this.#account(pod, 1);
    for (const port of hostPorts(pod)) this.usedPorts.add(port);
  }

  /** Takes the pod at this position out; the last one takes its place. */
  removePodAt(position: number): void {
    const pod = this.pods[position];
    const last = this.pods.pop();
    if (!pod || !last) return;
    if (last !== pod) this.pods[position] = last;
    this.#account(pod, -1);
    for (const port of hostPorts(pod)) this.usedPorts.delete(port);
  }

  #dislike(isDisliked: boolean): void {
    if (isDisliked !== this.#isDisliked) this.#columns.disliked += isDisliked ? 1 : -1;
    this.#isDisliked = isDisliked;
  }

  #account(pod: Pod, times: 1 | -1): void {
    const asked = podResources(pod);
    this.#columns.account(this.index, asked, times);
    if (asked.ephemeralStorage > 0) this.#accountOther('ephemeral-storage', times * asked.ephemeralStorage);
    for (const [name, amount] of Object.entries(asked.extended ?? {})) this.#accountOther(name, times * amount);
  }

  #accountOther(name: string, amount: number): void {
    this.#otherRequests.set(name, (this.#otherRequests.get(name) ?? 0) + amount);
  }
}

/** The node's part of the columns, by name. */
class NodeUse implements UsedResources {
  readonly #entry: NodeEntry;
  readonly #columns: NodeColumns;

  constructor(entry: NodeEntry, columns: NodeColumns) {
    this.#entry = entry;
    this.#columns = columns;
  }

  get cpu(): number {
    return this.#columns.requestedCpu[this.#entry.index]!;
  }

  get memory(): number {
    return this.#columns.requestedMemory[this.#entry.index]!;
  }

  get pods(): number {
    return this.#columns.requestedPods[this.#entry.index]!;
  }

  get nonZeroCpu(): number {
    return this.#columns.nonZeroCpu[this.#entry.index]!;
  }

  get nonZeroMemory(): number {
    return this.#columns.nonZeroMemory[this.#entry.index]!;
  }
}
