// Quality: how good the placements are, read off the nodes at the end. The same placements give the same numbers.
//   utilisation     requested of allocatable, over all nodes
//   imbalance       standard deviation of the nodes' loads (CPU requested of allocatable), in percentage points: 0 where
//                   every node is as full as the next
//   fragmentation   share of the free CPU that lies on nodes which cannot take one more pod of the workload's largest shape:
//                   free, and of no use to it. The largest shape is the one that takes most of a node; one that not even
//                   an empty node can take does not count
//   nodesInUse      nodes that carry a pod

import type { Resources } from '../../../../core/contracts/scheduler.ts';
import { podResources } from '../../../../core/scheduling/pod-resources.ts';
import type { Snapshot } from '../../../../core/scheduling/snapshot.ts';
import type { NodeLoad } from '../comparison.ts';
import type { Workload } from './workload.ts';

export interface Quality {
  readonly values: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeLoad[];
}

type Shape = Pick<Resources, 'cpu' | 'memory'>;

export function qualityOf(view: Snapshot, workload: Workload): Quality {
  // A node that takes no pods is there to come and go.
  const entries = view.nodes.filter(({ allocatable }) => allocatable.pods > 0 && allocatable.cpu > 0);
  const nodes = entries.map(({ name, labels, allocatable, used }): NodeLoad => {
    const zone = labels['topology.kubernetes.io/zone'];
    return {
      node: name,
      ...(zone !== undefined && { zone }),
      cpu: used.cpu / allocatable.cpu,
      memory: allocatable.memory > 0 ? used.memory / allocatable.memory : 0,
      pods: used.pods,
    };
  });
  const total = (of: (entry: (typeof entries)[number]) => number) => entries.reduce((sum, entry) => sum + of(entry), 0);
  const shape = largestShape(
    workload,
    entries.map(({ allocatable }) => allocatable),
  );
  const freeCpu = ({ allocatable, used }: (typeof entries)[number]) => Math.max(0, allocatable.cpu - used.cpu);
  const useless = total((entry) => (takes(entry, shape) ? 0 : freeCpu(entry)));
  const share = (part: number, whole: number) => (whole > 0 ? (100 * part) / whole : 0);
  const values = {
    'utilisation.cpu': share(
      total(({ used }) => used.cpu),
      total(({ allocatable }) => allocatable.cpu),
    ),
    'utilisation.memory': share(
      total(({ used }) => used.memory),
      total(({ allocatable }) => allocatable.memory),
    ),
    fragmentation: share(useless, total(freeCpu)),
    imbalance: 100 * deviation(nodes.map(({ cpu }) => cpu)),
    nodesInUse: nodes.filter(({ pods }) => pods > 0).length,
  };
  return { nodes, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)])) };
}

function takes({ allocatable, used }: Snapshot['nodes'][number], { cpu, memory }: Shape): boolean {
  return (
    used.pods < allocatable.pods && allocatable.cpu - used.cpu >= cpu && allocatable.memory - used.memory >= memory
  );
}

function largestShape({ steps }: Workload, nodes: readonly Resources[]): Shape {
  let largest: Shape = { cpu: 0, memory: 0 };
  let most = -1;
  for (const step of steps) {
    if (step.do !== 'createPods' || step.count === 0) continue;
    const shape = podResources(step.template);
    const shares = nodes.map(({ cpu, memory }) => Math.max(shape.cpu / cpu, shape.memory / memory));
    const share = shares.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
    if (share > 1 || share <= most) continue;
    most = share;
    largest = shape;
  }
  return largest;
}

function deviation(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Sums of fractions end in noise; nobody reads the seventh digit. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
