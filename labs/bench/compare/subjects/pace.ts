// Pace: how fast something was done again and again, and how long each time took.
//   const pace = new Pace();
//   for (...) await pace.time(() => store.put(...));
//   pace.values()   { 'throughput.average': 41,234, 'latency.p50': 0.02, 'latency.p99': 0.11, processor: 23.4 }

import type { Measure, Series } from '../comparison.ts';
import { percentile, samplesOf } from '../scheduler/meter.ts';

export class Pace {
  /** When each was done, in milliseconds, and how long it took. */
  readonly #done: number[] = [];
  readonly #took: number[] = [];
  readonly #began = performance.now();
  readonly #cpu = process.cpuUsage();
  #worked: number | undefined;

  /** Does it, and notes how long that took. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await work();
    this.done(performance.now(), performance.now() - from);
    return result;
  }

  /** One is done. @param at milliseconds, as performance.now() @param took milliseconds */
  done(at: number, took?: number): void {
    this.#done.push(at);
    if (took !== undefined) this.#took.push(took);
  }

  /** Processor time counts up to here; else up to `values`. */
  stop(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#worked ??= user + system;
  }

  /** @param each how many of what is counted each one was */
  values(each = 1): Record<string, number> {
    this.stop();
    const took = [...this.#took].sort((a, b) => a - b);
    const seconds = ((this.#done.at(-1) ?? Number.NaN) - this.#began) / 1000;
    const values = {
      'throughput.average': (this.#done.length * each) / seconds,
      'latency.p50': percentile(took, 50),
      'latency.p99': percentile(took, 99),
      processor: this.#worked! / (this.#done.length * each),
    };
    return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
  }

  series(unit: string, each = 1): readonly Series[] {
    const { samples } = samplesOf([this.#began, ...this.#done]);
    return [{ name: 'throughput', unit, points: samples.map(([at, rate]) => [at, rate * each] as const) }];
  }
}

/** @param what `objects written` @param unit `objects/s` @param one what `latency` is of: `one write` */
export const paceMeasures = (what: string, unit: string, one?: string): readonly Measure[] => [
  { name: 'throughput.average', title: `${what}, average`, unit, better: 'higher' },
  ...(one === undefined
    ? []
    : ([
        { name: 'latency.p50', title: `${one}, median`, unit: 'ms', better: 'lower' },
        { name: 'latency.p99', title: `${one}, 99 %`, unit: 'ms', better: 'lower' },
      ] as const)),
  { name: 'processor', title: 'processor time of one', unit: 'us', better: 'lower' },
];

export const memoryMeasure: Measure = { name: 'memory', title: 'memory at most', unit: 'MiB', better: 'lower' };
