// Measuring: the same work several times, the median told with the spread, beside the floor that it must not fall below.

import { arch, cpus, platform, release, totalmem } from 'node:os';

/** One figure: what was measured, in which unit, and what it must reach. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** At least (rates) or at most (times, sizes). */
  readonly floor: { readonly atLeast: number } | { readonly atMost: number };
  /** One run; gives the value. */
  run(): Promise<number>;
  /** 5 unless told. */
  readonly runs?: number;
}

export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly values: readonly number[];
  readonly floor: Figure['floor'];
  readonly reached: boolean;
}

export async function measure(figure: Figure): Promise<Result> {
  const values: number[] = [];
  for (let run = 0; run < (figure.runs ?? 5); run += 1) values.push(await figure.run());
  values.sort((a, b) => a - b);
  const median = values[Math.floor(values.length / 2)] ?? Number.NaN;
  const { floor } = figure;
  const reached = 'atLeast' in floor ? median >= floor.atLeast : median <= floor.atMost;
  return { name: figure.name, unit: figure.unit, median, values, floor, reached };
}

/** Times per second that `work` was done, `count` times in all. */
export async function rate(count: number, work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

export const machine = (): string => {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${memory} GiB, ${platform()} ${release()} ${arch()}, Node.js ${process.version}`;
};
