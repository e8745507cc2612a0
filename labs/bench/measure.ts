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
  /** Runs before those that count, so that the engine has compiled what it will compile; 1 unless told. */
  readonly warmUps?: number;
}

export interface Result extends Pick<Figure, 'name' | 'unit' | 'floor'> {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly reached: boolean;
}

/** The values of all runs that count. */
export async function measure({ run, runs = 5, warmUps = 1 }: Figure): Promise<readonly number[]> {
  const values: number[] = [];
  for (let at = -warmUps; at < runs; at += 1) {
    const value = await run();
    if (at >= 0) values.push(value);
  }
  return values;
}

export function judge({ name, unit, floor }: Figure, values: readonly number[]): Result {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest = Number.NaN] = sorted;
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const highest = sorted.at(-1) ?? Number.NaN;
  const reached = 'atLeast' in floor ? median >= floor.atLeast : median <= floor.atMost;
  return { name, unit, floor, median, lowest, highest, reached };
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
