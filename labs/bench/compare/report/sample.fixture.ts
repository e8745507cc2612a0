// For specs: a comparison that nobody ran, of any size, the same each time.

import { SeededRandom } from '../../../../core/time/random.ts';
import type { Comparison, Measure, NodeLoad, Run, WorkloadResult } from '../comparison.ts';

export interface SampleSize {
  readonly variants?: number;
  readonly workloads?: number;
  readonly rounds?: number;
  readonly nodes?: number;
}

const variantNames = ['default', 'binpack', 'resource-fit', 'round-robin', 'random', './mine.ts'];
const workloadNames = ['SchedulingBasic', 'TopologySpreading', 'MixedSchedulingBasePod', 'PreemptionBasic'];

const measures: readonly Measure[] = [
  { name: 'throughput.average', title: 'pods bound, average', unit: 'pods/s', better: 'higher', floor: 680 },
  { name: 'latency.p99', title: 'time for one pod, p99', unit: 'ms', better: 'lower' },
  { name: 'imbalance', title: 'imbalance of node load', unit: '%', better: 'lower' },
  { name: 'left', title: 'pods left over', unit: 'pods', better: 'lower' },
  { name: 'memory', title: 'memory at the end', unit: 'MiB', better: 'neither' },
];

export function sampleComparison({ variants = 5, workloads = 2, rounds = 5, nodes = 60 }: SampleSize = {}): Comparison {
  const random = new SeededRandom(42);
  const names = Array.from(
    { length: variants },
    (_, at) => variantNames[at] ?? `./somewhere/else/my-scheduler-${at}.ts`,
  );
  return {
    format: 'kubelab.dev/bench/v1',
    command: `kubelab bench SchedulingBasic --variants ${names.join(',')} --repeat ${rounds}`,
    machine: '2 x A processor, 24 GiB, linux 6.18 x64, Node.js v20.20.2',
    began: '2026-01-02T03:04:05Z',
    seed: '1',
    variants: names,
    workloads: Array.from({ length: workloads }, (_, at) =>
      sampleWorkload(at, names, rounds, nodes, () => random.next()),
    ),
  };
}

function sampleWorkload(
  at: number,
  variants: readonly string[],
  rounds: number,
  nodes: number,
  chance: () => number,
): WorkloadResult {
  const name = `${workloadNames[at % workloadNames.length]}/${nodes}Nodes_${at + 1}000Pods`;
  const runs: Run[] = [];
  for (let repeat = 1; repeat <= rounds; repeat += 1) {
    for (const [nth, variant] of variants.entries()) runs.push(sampleRun(variant, nth, repeat, nodes, chance));
  }
  return {
    name,
    description: 'Pods that ask for little, on nodes that are all alike.',
    subject: 'scheduler',
    level: at % 2 === 0 ? 'alone' : 'api',
    measures,
    runs,
  };
}

function sampleRun(variant: string, nth: number, repeat: number, nodes: number, chance: () => number): Run {
  if (variant === 'random' && repeat === 2) {
    return { variant, repeat, values: {}, failure: { reason: 'never returned', message: 'place() took over 10 s' } };
  }
  const speed = (12_000 / (nth + 1)) * (0.9 + 0.2 * chance());
  const seconds = 30_000 / speed;
  const points = Array.from({ length: 30 }, (_, at) => [(seconds * at) / 29, speed * (0.8 + 0.4 * chance())] as const);
  return {
    variant,
    repeat,
    values: {
      'throughput.average': speed,
      'latency.p99': 3000 / speed,
      imbalance: nth === 3 ? 0 : 10 * nth + chance(),
      left: variant === 'binpack' ? 3 : 0,
      memory: 300 + 10 * chance(),
    },
    series: [{ name: 'throughput', unit: 'pods/s', points }],
    nodes: Array.from({ length: nodes }, (_, at) => sampleNode(at, nth, nodes, chance)),
  };
}

/** Full from the first on, or alike, or as it comes. */
function sampleNode(at: number, nth: number, nodes: number, chance: () => number): NodeLoad {
  const cpu = nth === 1 ? Number(at < nodes / 2) * 0.95 : Math.min(1, 0.45 + 0.1 * nth * (chance() - 0.5));
  return { node: `node-${at + 1}`, zone: `zone-${at % 3}`, cpu, memory: cpu * 0.8, pods: Math.round(cpu * 110) };
}
