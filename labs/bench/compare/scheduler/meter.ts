// Meter: what is measured while pods are bound. Throughput by the rule of Kubernetes' scheduler_perf: pods newly bound in
// each second, counted from the first binding; the average is over the whole time, percentiles are over the seconds.
//   throughput.average = bound / (last - first)          throughput.p50 ... p99 = percentiles of the samples
// A run that takes a few seconds or less gives too few samples of a second: then they are of a shorter interval, the
// longest of 1 s, 0.5 s, 0.2 s, ... 1 ms that gives ten of them, and `throughput.interval` says so.

import type { Series } from '../comparison.ts';

const intervals = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];
const fewestSamples = 10;

export class Meter {
  /** When each pod was bound, in milliseconds. */
  readonly #bound: number[] = [];
  readonly #latencies: number[] = [];
  #cpu: NodeJS.CpuUsage | undefined;
  /** Microseconds of processor time while it was measured. */
  #worked = 0;

  /** Processor time counts from now on. */
  start(): void {
    this.#cpu ??= process.cpuUsage();
  }

  stop(): void {
    if (!this.#cpu) return;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#worked += user + system;
    this.#cpu = undefined;
  }

  /** A pod has its node. @param at milliseconds, as performance.now() */
  bound(at: number): void {
    this.#bound.push(at);
  }

  /** @param milliseconds that one pod took */
  took(milliseconds: number): void {
    this.#latencies.push(milliseconds);
  }

  /** What was measured; what could not be is left out. */
  values(): Record<string, number> {
    const { samples, interval } = samplesOf(this.#bound);
    const rates = samples.map(([, rate]) => rate).sort((a, b) => a - b);
    const latencies = [...this.#latencies].sort((a, b) => a - b);
    const first = this.#bound[0] ?? 0;
    const seconds = ((this.#bound.at(-1) ?? 0) - first) / 1000;
    const values = {
      'throughput.average': (this.#bound.length - 1) / seconds,
      'throughput.p50': percentile(rates, 50),
      'throughput.p90': percentile(rates, 90),
      'throughput.p95': percentile(rates, 95),
      'throughput.p99': percentile(rates, 99),
      'throughput.interval': interval,
      'latency.p50': percentile(latencies, 50),
      'latency.p99': percentile(latencies, 99),
      processor: this.#worked / this.#bound.length,
    };
    return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
  }

  get series(): readonly Series[] {
    const { samples } = samplesOf(this.#bound);
    return samples.length === 0 ? [] : [{ name: 'throughput', unit: 'pods/s', points: samples }];
  }
}

/** Pods a second in each interval, by the seconds since the first binding at which the interval ended. */
export function samplesOf(bound: readonly number[]): {
  readonly samples: readonly (readonly [number, number])[];
  readonly interval: number;
} {
  const first = bound[0] ?? 0;
  const length = (bound.at(-1) ?? 0) - first;
  const interval = intervals.find((one) => length / one >= fewestSamples) ?? 1;
  if (length <= 0) return { samples: [], interval };
  // An interval that is not over when the last pod is bound is no sample, unless there is no other.
  const whole = Math.max(1, Math.floor(length / interval));
  const counts = new Array<number>(whole).fill(0);
  for (const at of bound) {
    // The first binding starts the clock.
    const index = Math.ceil((at - first) / interval) - 1;
    if (index >= 0 && index < whole) counts[index]! += 1;
  }
  const span = Math.min(interval, length) / 1000;
  return { samples: counts.map((count, index) => [((index + 1) * interval) / 1000, count / span]), interval };
}

/** As scheduler_perf takes it: the value that so many hundredths of all do not exceed. @param sorted ascending */
export const percentile = (sorted: readonly number[], hundredths: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * hundredths) / 100) - 1)] ?? Number.NaN;
