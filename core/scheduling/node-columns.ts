// Columns: the numbers of all nodes, one typed array a number, entry i for the node with index i. An algorithm that
// looks at thousands of nodes for each pod reads them in a row; counts are kept by adding and subtracting, never by
// adding up again.

import type { Columns } from '../contracts/scheduler.ts';
import type { PodResources } from './pod-resources.ts';

const numbers = [
  'allocatableCpu',
  'allocatableMemory',
  'allocatablePods',
  'requestedCpu',
  'requestedMemory',
  'requestedPods',
  'nonZeroCpu',
  'nonZeroMemory',
] as const;

export class NodeColumns implements Columns {
  count = 0;
  allocatableCpu = new Float64Array(16);
  allocatableMemory = new Float64Array(16);
  allocatablePods = new Float64Array(16);
  requestedCpu = new Float64Array(16);
  requestedMemory = new Float64Array(16);
  requestedPods = new Float64Array(16);
  nonZeroCpu = new Float64Array(16);
  nonZeroMemory = new Float64Array(16);
  restricted = new Uint8Array(16);
  disliked = 0;

  /** Makes room for one more node; gives its index. Its entries are zero. */
  append(): number {
    if (this.count === this.restricted.length) this.#grow();
    const index = this.count;
    this.count += 1;
    for (const name of numbers) this[name][index] = 0;
    this.restricted[index] = 0;
    return index;
  }

  /** Takes out entry `index`; the last entry takes its place. */
  remove(index: number): void {
    const last = this.count - 1;
    for (const name of numbers) this[name][index] = this[name][last] ?? 0;
    this.restricted[index] = this.restricted[last] ?? 0;
    this.count = last;
  }

  /** Counts a pod in (`times` 1) or out (-1). */
  account(index: number, pod: PodResources, times: 1 | -1): void {
    this.requestedCpu[index]! += times * pod.cpu;
    this.requestedMemory[index]! += times * pod.memory;
    this.requestedPods[index]! += times;
    this.nonZeroCpu[index]! += times * pod.nonZeroCpu;
    this.nonZeroMemory[index]! += times * pod.nonZeroMemory;
  }

  #grow(): void {
    const size = this.restricted.length * 2;
    for (const name of numbers) {
      const wider = new Float64Array(size);
      wider.set(this[name]);
      this[name] = wider;
    }
    const wider = new Uint8Array(size);
    wider.set(this.restricted);
    this.restricted = wider;
  }
}
