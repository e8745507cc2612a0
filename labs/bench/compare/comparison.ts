// Comparison: what `kubelab bench` found, as `--json` writes it and as the reports (table, HTML) read it. Plain JSON:
// a report can be drawn again from the file.

/** What a workload puts to the test: the slot whose variants are compared. */
export type Subject = 'scheduler' | 'store' | 'proxy' | 'runtime';

/** How much of the cluster a run goes through. */
export type Level = 'alone' | 'api' | 'https';

export interface Comparison {
  readonly format: 'kubelab.dev/bench/v1';
  /** What it was made with, to be typed again. */
  readonly command: string;
  /** Processors, memory, system, Node.js, in one line. */
  readonly machine: string;
  /** RFC 3339. */
  readonly began: string;
  readonly seed: string;
  /** In the order asked for; also those of which every run failed. */
  readonly variants: readonly string[];
  readonly workloads: readonly WorkloadResult[];
}

export interface WorkloadResult {
  /** `SchedulingBasic/5000Nodes_10000Pods`. */
  readonly name: string;
  readonly description: string;
  readonly subject: Subject;
  readonly level: Level;
  /** What was measured, in the order in which a table shows it. */
  readonly measures: readonly Measure[];
  /** In the order in which they were run: interleaved. */
  readonly runs: readonly Run[];
}

export interface Measure {
  /** `throughput.average`, `latency.p99`, `memory`. */
  readonly name: string;
  /** For people: `pods bound, average`. */
  readonly title: string;
  /** `pods/s`, `ms`, `MiB`, `%`. */
  readonly unit: string;
  readonly better: 'higher' | 'lower' | 'neither';
  /** What the median must reach, where somebody demands it. */
  readonly floor?: number;
}

/** One variant on one workload, once. */
export interface Run {
  readonly variant: string;
  /** 1, 2, ... of this variant. */
  readonly repeat: number;
  /** By the names of measures; empty when it failed. */
  readonly values: Readonly<Record<string, number>>;
  readonly series?: readonly Series[];
  /** How full each node was at the end. */
  readonly nodes?: readonly NodeLoad[];
  readonly failure?: Failure;
}

/** A measure over the time of a run. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  /** [seconds since its start, value]. */
  readonly points: readonly (readonly [number, number])[];
}

export interface NodeLoad {
  readonly node: string;
  readonly zone?: string;
  /** Requested of allocatable, 0 to 1. */
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

export interface Failure {
  readonly reason: 'threw' | 'nonsense' | 'changed its snapshot' | 'never returned' | 'died' | 'does not load';
  /** What to tell whoever wrote the variant. */
  readonly message: string;
}
