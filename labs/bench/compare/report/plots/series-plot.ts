// Series: a measure over the time of the runs. A variant's typical run is drawn strong, its other runs faint behind it, so
// that the eye sees the noise too. Every line ends with its variant's sign where its run ended.

import type { Series } from '../../comparison.ts';
import type { Plot } from '../draw.ts';
import { number } from '../numbers.ts';
import { shortNames, type WorkloadSummary } from '../summary.ts';
import { colour, variantColours, variantDashes, variantShapes } from '../theme.ts';
import { typicalRun } from '../typical.ts';

/** More points than these are not seen: those that lie between are averaged. */
const mostPoints = 40;

/** A plot for each series that the runs tell of. */
export function seriesPlots(summary: WorkloadSummary, variants: readonly string[]): Plot[] {
  const all = summary.workload.runs.flatMap(({ series }) => series ?? []);
  const kinds = new Map(all.map(({ name, unit }) => [name, unit]));
  return [...kinds].flatMap(([name, unit]) => seriesPlot(summary, variants, name, unit) ?? []);
}

function seriesPlot(
  { workload }: WorkloadSummary,
  variants: readonly string[],
  name: string,
  unit: string,
): Plot | undefined {
  const names = shortNames(variants);
  const values = workload.runs.flatMap((run) => {
    const series = run.series?.find((one) => one.name === name);
    if (!series || run.failure) return [];
    const typical = typicalRun(workload, run.variant) === run;
    const at = { variant: names.get(run.variant), run: `${run.variant} ${run.repeat}`, typical };
    const points = thinned(series);
    return points.map(([x, y], nth) => ({ ...at, x, y, last: nth === points.length - 1 }));
  });
  const drawn = variants.filter((variant) => values.some((value) => value.variant === names.get(variant)));
  if (drawn.length === 0) return undefined;
  const short = drawn.map((variant) => names.get(variant)!);
  const at = drawn.map((variant) => variants.indexOf(variant));
  const pick = <T>(list: readonly T[]) => at.map((nth) => list[nth % list.length]!);
  // The typical runs fill the picture: one run of a bad minute may be ten times as long.
  const seen = values.filter(({ typical }) => typical);
  const most = { x: Math.max(...seen.map(({ x }) => x)) * 1.04, y: Math.max(...seen.map(({ y }) => y)) * 1.2 };
  const inside = values.flatMap((value) => (value.x > most.x ? [] : { ...value, y: Math.min(value.y, most.y) }));
  const ends = drawn.map((variant) => {
    const points = typicalRun(workload, variant)?.series?.find((one) => one.name === name)?.points ?? [];
    return { variant, seconds: points.at(-1)?.[0] ?? 0, highest: Math.max(0, ...points.map(([, y]) => y)) };
  });
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'seconds since the start of the run',
    scale: { domain: upTo(most.x), nice: false },
    axis: { format: ',.3~f' },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    title: `${name} (${unit})`,
    scale: { domain: upTo(most.y), nice: false },
  } as const;
  const color = {
    field: 'variant',
    type: 'nominal',
    scale: { domain: short, range: pick(variantColours) },
    legend: { orient: 'top', columns: 5, title: null, symbolDash: [], symbolStrokeWidth: 0 },
  } as const;
  const strokeDash = {
    field: 'variant',
    type: 'nominal',
    scale: { domain: short, range: pick(variantDashes) },
    legend: null,
  } as const;
  const shape = {
    field: 'variant',
    type: 'nominal',
    scale: { domain: short, range: pick(variantShapes) },
    legend: { orient: 'top', columns: 5, title: null, symbolDash: [], symbolStrokeWidth: 0 },
  } as const;
  return {
    title: headline(ends, name),
    caption: `${name[0]?.toUpperCase()}${name.slice(1)} over time. Strong line: the run nearest to the median. Faint lines: the other runs, as far as they are inside. Sign: the end of the run.`,
    alt: `Line chart of ${name} on ${workload.name}. ${ends.map((end) => `${end.variant}: ${number(end.seconds)} seconds, at most ${number(end.highest)} ${unit}.`).join(' ')}`,
    spec: {
      width: 760,
      height: 280,
      data: { values: inside },
      encoding: { x, y, color },
      layer: [
        {
          transform: [{ filter: '!datum.typical' }],
          mark: { type: 'line', strokeWidth: 1.2, opacity: 0.25 },
          encoding: { detail: { field: 'run' } },
        },
        {
          transform: [{ filter: 'datum.typical' }],
          mark: { type: 'line', strokeWidth: 2.5 },
          encoding: { detail: { field: 'run' }, strokeDash },
        },
        {
          transform: [{ filter: 'datum.typical && datum.last' }],
          mark: { type: 'point', size: 130, filled: true, opacity: 1, stroke: colour('page'), strokeWidth: 1 },
          encoding: { shape },
        },
      ],
    },
  };
}

/** Averages neighbours until there are few enough; begins and ends where the series does. */
function thinned({ points }: Series): readonly (readonly [number, number])[] {
  if (points.length <= mostPoints) return points;
  const each = Math.ceil(points.length / mostPoints);
  const groups = Array.from({ length: Math.ceil(points.length / each) }, (_, at) =>
    points.slice(at * each, (at + 1) * each),
  );
  return groups.map((group) => {
    const mean = group.reduce((sum, [, y]) => sum + y, 0) / group.length;
    return [group.at(-1)![0], mean] as const;
  });
}

const upTo = (most: number): number[] => [0, most];

/** `80 ms`, `2.5 s` */
const time = (seconds: number) => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${number(seconds)} s`);

function headline(ends: readonly { variant: string; seconds: number }[], name: string): string {
  const sorted = [...ends].sort((a, b) => a.seconds - b.seconds);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last || first === last) return `${name} over time`;
  const times = first.seconds > 0 ? last.seconds / first.seconds : 1;
  if (times < 1.1) return 'All variants take about the same time';
  const more =
    times < 2
      ? `${Math.round((times - 1) * 100)} % longer`
      : `${(Math.round(times * 10) / 10).toLocaleString('en-US')} times as long`;
  return `${first.variant} is done after ${time(first.seconds)}, ${last.variant} takes ${more}`;
}
