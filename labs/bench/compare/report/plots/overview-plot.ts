// Overview: every variant on every workload by the first measure, which is the one that a workload is about. A row for each
// workload; the best variant stands at 1 on the right, and who is half as good stands in the middle.

import type { Plot } from '../draw.ts';
import { number } from '../numbers.ts';
import { type Summary, shortNames } from '../summary.ts';
import { colour, variantColours, variantShapes } from '../theme.ts';
import { cutOff, longest } from './score-plot.ts';

export function overviewPlot({ workloads, comparison }: Summary): Plot | undefined {
  const { variants } = comparison;
  const names = shortNames(variants);
  const rows = workloads.flatMap(({ title, measures }) => {
    const [first] = measures;
    return first ? [{ title: title.replace(' · ', '\n'), ...first }] : [];
  });
  const values = rows.flatMap(({ title, standings }) =>
    standings.flatMap(({ variant, score }) =>
      score
        ? [
            {
              title,
              variant: names.get(variant),
              score: score.value,
              low: score.low,
              high: Math.min(longest, score.high),
            },
          ]
        : [],
    ),
  );
  if (rows.length < 2 || values.length === 0) return undefined;
  const cut = cutOff(rows.flatMap(({ standings }) => standings.map(({ score }) => score?.high ?? 0)));
  const short = [...names.values()];
  const ticks = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5];
  const domain = [0, Math.max(1, ...values.map(({ high }) => high)) * 1.02];
  const y = {
    field: 'title',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelExpr: "split(datum.value, '\\n')", labelLineHeight: 17, grid: true, tickSize: 0, domain: false },
  } as const;
  const x = {
    field: 'score',
    type: 'quantitative',
    title: 'score',
    scale: { domain, nice: false },
    axis: { values: ticks, format: '.3~f' },
  } as const;
  const range = { domain: short, range: short.map((_, at) => variantColours[at % variantColours.length]!) };
  const color = {
    field: 'variant',
    type: 'nominal',
    scale: range,
    legend: { orient: 'top', columns: 5, title: null },
  } as const;
  const shapes = { domain: short, range: short.map((_, at) => variantShapes[at % variantShapes.length]!) };
  return {
    title: headline(rows, variants),
    caption: `Score on the first measure of each workload: ${[...new Set(rows.map(({ measure }) => `${measure.title}, ${measure.unit}`))].join('; ')}. 1 is the best median; line: interval of the median.${cut}`,
    alt: `Dot plot of scores. ${rows.map(({ title, standings }) => `${title.replace('\n', ', ')}: ${standings.map(({ variant, score }) => `${variant} ${score ? number(score.value) : 'failed'}`).join(', ')}.`).join(' ')}`,
    spec: {
      width: 640,
      height: { step: short.length > 4 ? 12 : 16 },
      data: { values },
      encoding: { y, color, yOffset: { field: 'variant', type: 'nominal', sort: null, scale: { domain: short } } },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2, opacity: 0.6 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 170, opacity: 1, stroke: colour('page'), strokeWidth: 1 },
          encoding: {
            x,
            shape: {
              field: 'variant',
              type: 'nominal',
              scale: shapes,
              legend: { orient: 'top', columns: 5, title: null },
            },
          },
        },
      ],
    },
  };
}

function headline(
  rows: readonly { standings: readonly { variant: string; mark: string | undefined }[] }[],
  variants: readonly string[],
): string {
  const wins = variants.map((variant) => ({
    variant,
    won: rows.filter(({ standings }) => standings.find((one) => one.variant === variant)?.mark === 'best').length,
  }));
  wins.sort((a, b) => b.won - a.won);
  const [first, second] = wins;
  if (!first || first.won === 0) return 'No variant is clearly ahead on any workload';
  if (second && second.won > 0)
    return `${first.variant} is ahead on ${first.won} of ${rows.length} workloads, ${second.variant} on ${second.won}`;
  return `${first.variant} is ahead on ${first.won} of ${rows.length} workloads`;
}
