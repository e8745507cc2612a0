// Statistics: what may be said of a few repeated runs without believing anything about their noise.
//   median([3, 1, 2])               2
//   medianInterval(values)          where the true median is, most likely: from one order statistic to another
//   pairs(a, b, 'higher')           how often A beat B in the rounds in which both ran
//
// The interval: a run is above the true median as often as below it, like a coin, whatever the noise looks like. With n
// runs in order, the median is outside of [d-th, d-th from the end] only if fewer than d coins fell on one side. We take
// the narrowest such interval that holds it in 95 of 100 experiments. Fewer than six runs give no such interval: then it
// is all runs, from the lowest to the highest, and `confidence` says how much less that is (5 runs: 94 %, 3 runs: 75 %).

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Chance that the true median is inside, 0 to 1. */
  readonly confidence: number;
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = inOrder(values);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Undefined for fewer than two values: one run says nothing about noise. */
export function medianInterval(values: readonly number[], wanted = 0.95): Interval | undefined {
  const sorted = inOrder(values);
  const count = sorted.length;
  if (count < 2) return undefined;
  let cut = 1;
  while (confidenceOf(count, cut + 1) >= wanted) cut += 1;
  return { low: sorted[cut - 1]!, high: sorted[count - cut]!, confidence: confidenceOf(count, cut) };
}

/** Rounds in which both ran: how many A won, B won, and how many were equal. */
export interface Pairs {
  readonly rounds: number;
  readonly won: number;
  readonly lost: number;
}

/**
 * Compares round by round. Variants are interleaved, so what disturbs the machine in a round disturbs both: pairs tell
 * a small difference from noise where the two intervals overlap.
 * @param a @param b by round
 */
export function pairs(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
  better: 'higher' | 'lower',
): Pairs {
  const sign = better === 'higher' ? 1 : -1;
  const differences = [...a].flatMap(([round, value]) => {
    const other = b.get(round);
    return other === undefined ? [] : [sign * (value - other)];
  });
  return {
    rounds: differences.length,
    won: differences.filter((difference) => difference > 0).length,
    lost: differences.filter((difference) => difference < 0).length,
  };
}

/** "A is better than B in every round", and there was more than one. */
export const wonAll = ({ rounds, won }: Pairs): boolean => rounds > 1 && won === rounds;

/** Chance that the median lies between the `cut`-th of `count` ordered values and the `cut`-th from the end. */
function confidenceOf(count: number, cut: number): number {
  if (cut > count / 2) return 0;
  let fewer = 0;
  let ways = 1;
  for (let heads = 0; heads < cut; heads += 1) {
    fewer += ways / 2 ** count;
    ways = (ways * (count - heads)) / (heads + 1);
  }
  return 1 - 2 * fewer;
}

const inOrder = (values: readonly number[]) => [...values].sort((a, b) => a - b);
