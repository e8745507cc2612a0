// Measures of a scheduler, in the order in which tables show them.

import type { Level, Measure } from '../comparison.ts';

const oneLevel: Readonly<Record<Level, string>> = {
  alone: 'one attempt',
  api: 'from created to bound',
  https: 'from created to bound',
};

/** @param floor pods a second on average that are demanded */
export const schedulerMeasures = (level: Level, floor: number | undefined): readonly Measure[] => [
  {
    name: 'throughput.average',
    title: 'pods bound, average',
    unit: 'pods/s',
    better: 'higher',
    ...(floor !== undefined && { floor }),
  },
  { name: 'throughput.p50', title: 'pods bound, median of samples', unit: 'pods/s', better: 'higher' },
  { name: 'throughput.p90', title: 'pods bound, 90 % of samples', unit: 'pods/s', better: 'higher' },
  { name: 'throughput.p95', title: 'pods bound, 95 % of samples', unit: 'pods/s', better: 'higher' },
  { name: 'throughput.p99', title: 'pods bound, 99 % of samples', unit: 'pods/s', better: 'higher' },
  { name: 'throughput.interval', title: 'a sample is of', unit: 'ms', better: 'neither' },
  { name: 'latency.p50', title: `one pod, median (${oneLevel[level]})`, unit: 'ms', better: 'lower' },
  { name: 'latency.p99', title: `one pod, 99 % (${oneLevel[level]})`, unit: 'ms', better: 'lower' },
  { name: 'processor', title: 'processor time of a pod', unit: 'us', better: 'lower' },
  { name: 'utilisation.cpu', title: 'CPU in use', unit: '%', better: 'higher' },
  { name: 'utilisation.memory', title: 'memory in use', unit: '%', better: 'higher' },
  { name: 'fragmentation', title: 'free CPU of no use to the largest pod', unit: '%', better: 'lower' },
  { name: 'imbalance', title: 'imbalance of the nodes’ load', unit: '% points', better: 'lower' },
  { name: 'nodesInUse', title: 'nodes in use', unit: 'nodes', better: 'lower' },
  { name: 'leftOver', title: 'pods left over', unit: 'pods', better: 'lower' },
  { name: 'brokenRules', title: 'pods where they must not be', unit: 'pods', better: 'lower' },
  { name: 'preemptions', title: 'pods that gave way', unit: 'pods', better: 'lower' },
  { name: 'memory', title: 'memory at most', unit: 'MiB', better: 'lower' },
];

/** Peak resident memory of this process, in MiB. */
export const peakMemory = (): number => process.resourceUsage().maxRSS / 1024;
