// NodeResourcesFit: what the pod requests must be free; and a score by how much would be in use then.
//   least                     the emptier the better (LeastAllocated, the default: pods spread)
//   most                      the fuller the better (MostAllocated: pods pack, nodes can be given back)
//   requested-to-capacity     by a line drawn through given points (RequestedToCapacityRatio)
// Scores are whole numbers, cut or rounded where Kubernetes does (plugins/noderesources), so that placements agree.

import type { NodeInfo, Resources } from '../../../contracts/scheduler.ts';
import type { FilterPlugin, NodeFilter, ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { missingResources } from '../../filters/resources.ts';
import { type PodResources, podResources } from '../../pod-resources.ts';
import { perReason } from '../per-reason.ts';

/** A point of the line: with `utilisation` percent in use, the score is `score` (0 to 10, as Kubernetes writes it). */
export interface ShapePoint {
  readonly utilisation: number;
  readonly score: number;
}

/** A resource that the score looks at, and how much it counts: `{ name: 'example.com/gpu', weight: 5 }`. */
export interface ResourceWeight {
  readonly name: string;
  readonly weight: number;
}

export type FitStrategy = (
  | { readonly type: 'least' | 'most' }
  | { readonly type: 'requested-to-capacity'; readonly shape: readonly ShapePoint[] }
) & {
  /** CPU and memory, each with weight 1, unless told. */
  readonly resources?: readonly ResourceWeight[];
};

const usual: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

const taken = perReason((missing: readonly string[]) => missing.join('\n'), true);
const beyond = perReason((missing: readonly string[]) => missing.join('\n'), false);

export class NodeResourcesFit implements FilterPlugin, ScorePlugin {
  readonly name = 'NodeResourcesFit';
  readonly retryOn = ['NodeAdded', 'NodeChanged', 'PodGone', 'PodChanged'] as const;
  readonly weight = 1;
  readonly #score: (requested: number, capacity: number) => number;
  readonly #cpu: number;
  readonly #memory: number;
  readonly #others: readonly ResourceWeight[];
  /** By a line: a resource whose score is 0 does not count, and the mean is rounded; else it is cut. */
  readonly #byLine: boolean;

  constructor(strategy: FitStrategy = { type: 'least' }) {
    const { resources = usual } = strategy;
    const weightOf = (wanted: string) => resources.find(({ name }) => name === wanted)?.weight ?? 0;
    this.#score = scorer(strategy);
    this.#cpu = weightOf('cpu');
    this.#memory = weightOf('memory');
    this.#others = resources.filter(({ name }) => name !== 'cpu' && name !== 'memory');
    this.#byLine = strategy.type === 'requested-to-capacity';
  }

  preFilter(pod: Pod): NodeFilter {
    const asked = podResources(pod);
    const more = asked.ephemeralStorage > 0 || asked.extended !== undefined;
    return {
      scope: 'node',
      filter(node) {
        const { allocatable, used } = node;
        if (
          !more &&
          used.pods < allocatable.pods &&
          (asked.cpu === 0 || used.cpu + asked.cpu <= allocatable.cpu) &&
          (asked.memory === 0 || used.memory + asked.memory <= allocatable.memory)
        )
          return undefined;
        const missing = missingResources(pod, node);
        if (missing.length === 0) return undefined;
        return exceeds(asked, allocatable) ? beyond(missing) : taken(missing);
      },
    };
  }

  preScore(pod: Pod) {
    const asked = podResources(pod);
    return {
      scope: 'node',
      normalise: 'none',
      score: (node: NodeInfo) => this.#mean(node, asked),
    } as const;
  }

  /** The weighted mean over the resources that the node has. */
  #mean(node: NodeInfo, asked: PodResources): number {
    const { allocatable, used } = node;
    let sum = 0;
    let weights = 0;
    if (allocatable.cpu > 0) {
      const score = this.#score(used.nonZeroCpu + asked.nonZeroCpu, allocatable.cpu);
      sum += score * this.#cpu;
      if (score > 0 || !this.#byLine) weights += this.#cpu;
    }
    if (allocatable.memory > 0) {
      const score = this.#score(used.nonZeroMemory + asked.nonZeroMemory, allocatable.memory);
      sum += score * this.#memory;
      if (score > 0 || !this.#byLine) weights += this.#memory;
    }
    for (const { name, weight } of this.#others) {
      const capacity = amountOf(allocatable, name);
      const wanted = amountOf(asked, name);
      // An extended resource counts for pods that ask for it.
      if (capacity === 0 || (wanted === 0 && name !== 'ephemeral-storage')) continue;
      const score = this.#score(amountOf(node.requested, name) + wanted, capacity);
      sum += score * weight;
      if (score > 0 || !this.#byLine) weights += weight;
    }
    if (weights === 0) return 0;
    return this.#byLine ? Math.round(sum / weights) : Math.floor(sum / weights);
  }
}

const amountOf = ({ ephemeralStorage, extended }: Omit<Resources, 'pods'>, name: string): number =>
  name === 'ephemeral-storage' ? ephemeralStorage : (extended?.[name] ?? 0);

/** Not even the empty node has as much: it helps nobody that pods leave it. */
function exceeds(asked: Omit<Resources, 'pods'>, node: Resources): boolean {
  if (asked.cpu > node.cpu || asked.memory > node.memory || asked.ephemeralStorage > node.ephemeralStorage) return true;
  return Object.entries(asked.extended ?? {}).some(([name, amount]) => amount > (node.extended?.[name] ?? 0));
}

function scorer(strategy: FitStrategy): (requested: number, capacity: number) => number {
  switch (strategy.type) {
    case 'least':
      return (requested, capacity) =>
        capacity === 0 || requested > capacity ? 0 : Math.floor(((capacity - requested) * 100) / capacity);
    case 'most':
      return (requested, capacity) =>
        capacity === 0 ? 0 : Math.floor((Math.min(requested, capacity) * 100) / capacity);
    case 'requested-to-capacity':
      return (requested, capacity) =>
        lineThrough(
          strategy.shape,
          capacity === 0 || requested > capacity ? 100 : Math.floor((requested * 100) / capacity),
        );
  }
}

/** The line's height at a utilisation, 0 to 100; beyond the points it goes on level. */
function lineThrough(shape: readonly ShapePoint[], utilisation: number): number {
  const next = shape.findIndex((point) => utilisation <= point.utilisation);
  const at = (point: ShapePoint | undefined) => (point?.score ?? 0) * 10;
  if (next < 0) return at(shape.at(-1));
  if (next === 0) return at(shape[0]);
  const [from, to] = [shape[next - 1]!, shape[next]!];
  return Math.trunc(
    at(from) + ((at(to) - at(from)) * (utilisation - from.utilisation)) / (to.utilisation - from.utilisation),
  );
}
