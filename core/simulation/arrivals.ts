// Arrivals: at which times the pods of a workload come. Times are milliseconds since the scenario began, in order, made one
// by one while they are needed: a day may have many thousands.

import type { Random } from '../contracts/random.ts';
import { exponential } from './chance.ts';
import type { Arrivals } from './scenario.ts';
import { day, type Rate } from './scenario-rules.ts';
import { rateOf, span } from './time-text.ts';

/** Times of `at` and `rate`; a trace has its own. */
export function* arrivalTimes(arrivals: Arrivals, length: number, random: Random): Generator<number> {
  const { at, rate, limit = Number.POSITIVE_INFINITY } = arrivals;
  if (at)
    yield* at
      .map(span)
      .sort((a, b) => a - b)
      .slice(0, limit);
  if (rate === undefined) return;
  const until = Math.min(length, arrivals.until === undefined ? length : span(arrivals.until));
  const step = arrivals.process === 'regular' ? () => 1 : () => exponential(random);
  const steps = stepsOf(rate);
  let now = arrivals.from === undefined ? 0 : span(arrivals.from);
  for (let count = 0; count < limit; count += 1) {
    const next = later(steps, now, step(), until);
    if (next >= until) return;
    now = next;
    yield Math.round(now);
  }
}

/** How many there will be, about: what a scenario's counts are checked by. */
export function expectedArrivals(
  { at, rate, from, until, limit = Number.POSITIVE_INFINITY }: Arrivals,
  length: number,
): number {
  if (at) return at.length;
  if (rate === undefined) return 0;
  const begin = from === undefined ? 0 : span(from);
  const time = Math.min(length, until === undefined ? length : span(until)) - begin;
  const steps = stepsOf(rate);
  const aDay = steps.reduce(
    (sum, { from: first, rate: each }, at) => sum + each * ((steps[at + 1]?.from ?? day) - first),
    0,
  );
  return Math.min(limit, (aDay * time) / day);
}

interface Step {
  /** Time of day, milliseconds. */
  readonly from: number;
  /** Arrivals a millisecond, from then on. */
  readonly rate: number;
}

/** A whole day in steps, the first at its beginning: the night's rate is the last of the day before. */
function stepsOf(rate: Rate): Step[] {
  if (typeof rate === 'string') return [{ from: 0, rate: rateOf(rate)! }];
  const steps = Object.entries(rate)
    .map(([from, each]) => ({ from: span(from), rate: rateOf(each)! }))
    .sort((a, b) => a.from - b.from);
  return steps[0]!.from === 0 ? steps : [{ from: 0, rate: steps.at(-1)!.rate }, ...steps];
}

/** The time by which so many arrivals are due after `now`; `until` when that is later. */
function later(steps: readonly Step[], now: number, arrivals: number, until: number): number {
  let left = arrivals;
  let at = now;
  while (at < until) {
    const time = at % day;
    const index = steps.findLastIndex(({ from }) => from <= time);
    const end = at - time + (steps[index + 1]?.from ?? day);
    const { rate } = steps[index]!;
    if (rate * (end - at) >= left) return at + left / rate;
    left -= rate * (end - at);
    at = end;
  }
  return until;
}
