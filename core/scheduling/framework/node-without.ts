// A node as it would be without some of its pods, for preemption: pods are taken away and given back, and filters that
// depend on the node alone are asked what they say now. The node itself stays as it is.

import type { NodeInfo, Resources, UsedResources } from '../../contracts/scheduler.ts';
import type { StringMap } from '../../model/meta.ts';
import type { Node } from '../../model/node.ts';
import type { Pod } from '../../model/pod.ts';
import type { Taint } from '../../model/taint.ts';
import { hostPorts } from '../filters/host-ports.ts';
import { podResources } from '../pod-resources.ts';

export class NodeWithout implements NodeInfo {
  readonly name: string;
  readonly index: number;
  readonly node: Node;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Resources;
  readonly used: { -readonly [K in keyof UsedResources]: UsedResources[K] };
  readonly #real: NodeInfo;
  readonly #gone = new Set<Pod>();
  /** Of the node with all its pods. */
  #requested: Resources | undefined;

  constructor(real: NodeInfo) {
    this.#real = real;
    this.name = real.name;
    this.index = real.index;
    this.node = real.node;
    this.labels = real.labels;
    this.taints = real.taints;
    this.unschedulable = real.unschedulable;
    this.allocatable = real.allocatable;
    const { cpu, memory, pods, nonZeroCpu, nonZeroMemory } = real.used;
    this.used = { cpu, memory, pods, nonZeroCpu, nonZeroMemory };
  }

  removePod(pod: Pod): void {
    this.#gone.add(pod);
    this.#account(pod, -1);
  }

  /** Gives back a pod that was taken away. */
  addPod(pod: Pod): void {
    this.#gone.delete(pod);
    this.#account(pod, 1);
  }

  get pods(): readonly Pod[] {
    return this.#real.pods.filter((pod) => !this.#gone.has(pod));
  }

  get requested(): Resources {
    this.#requested ??= this.#real.requested;
    const requested = this.#requested;
    const { cpu, memory, pods } = this.used;
    if (!requested.extended && requested.ephemeralStorage === 0) return { cpu, memory, pods, ephemeralStorage: 0 };
    const extended = { ...requested.extended };
    let { ephemeralStorage } = requested;
    for (const pod of this.#gone) {
      const asked = podResources(pod);
      ephemeralStorage -= asked.ephemeralStorage;
      for (const [name, amount] of Object.entries(asked.extended ?? {}))
        extended[name] = (extended[name] ?? 0) - amount;
    }
    return { cpu, memory, pods, ephemeralStorage, ...(requested.extended && { extended }) };
  }

  get usedPorts(): ReadonlySet<string> {
    const { usedPorts } = this.#real;
    return usedPorts.size === 0 ? usedPorts : new Set(this.pods.flatMap(hostPorts));
  }

  #account(pod: Pod, times: 1 | -1): void {
    const asked = podResources(pod);
    this.used.cpu += times * asked.cpu;
    this.used.memory += times * asked.memory;
    this.used.pods += times;
    this.used.nonZeroCpu += times * asked.nonZeroCpu;
    this.used.nonZeroMemory += times * asked.nonZeroMemory;
  }
}
