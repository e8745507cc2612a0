// Scores: every variant on every measure of one workload, a small panel for each measure. A bar is the median, its whisker
// the interval; 1 is the best median, and every bar begins at 0, so that half as long is half as good.

import type { Plot } from '../draw.ts';
import { number, range, withUnit } from '../numbers.ts';
import { type MeasureSummary, shortNames, type WorkloadSummary } from '../summary.ts';
import { colour, variantColours } from '../theme.ts';

/** Whiskers end here, however far an interval reaches. */
export const longest = 1.5;

/** @param highs of the intervals */
export const cutOff = (highs: readonly number[]): string =>
  highs.some((high) => high > longest) ? ` Intervals that reach beyond ${longest} are cut off there.` : '';

/** @param variants all of the comparison: each has its colour everywhere */
export function scorePlot({ workload, measures }: WorkloadSummary, variants: readonly string[]): Plot | undefined {
  const scored = measures.filter(({ standings, alike }) => !alike && standings.some(({ score }) => score));
  if (scored.length === 0) return undefined;
  // Small panels where there are many measures: three in a row, so that they are seen at a time.
  const inRow = scored.length > 6 ? 3 : 2;
  const names = shortNames(variants);
  const title = (measure: MeasureSummary['measure']) =>
    `${measure.title}\n${measure.unit}, ${measure.better === 'higher' ? 'more' : 'less'} is better`;
  const values = scored.flatMap(({ measure, standings }) =>
    standings.map(({ variant, ran, median, interval, score, mark }) => ({
      measure: title(measure),
      variant: names.get(variant),
      score: score?.value ?? 0,
      low: Math.min(longest, score?.low ?? 0),
      high: Math.min(longest, score?.high ?? 0),
      label: score ? `${number(median)}${mark === 'best' ? ' ★' : ''}` : ran ? '–' : 'failed',
      interval: interval ? range(interval.low, interval.high) : '',
    })),
  );
  const cut = cutOff(scored.flatMap(({ standings }) => standings.map(({ score }) => score?.high ?? 0)));
  const equal = measures.filter(({ alike }) => alike).map(({ measure }) => measure.title);
  const same = equal.length > 0 ? ` Not drawn, since all variants are alike: ${equal.join('; ')}.` : '';
  const reach = Math.max(1, ...values.map(({ high }) => high));
  const hasInterval = [{ filter: "datum.interval !== ''" }];
  const y = { field: 'variant', type: 'nominal', sort: null, title: null } as const;
  const end = Math.min(longest, reach * 1.02);
  return {
    title: headline(scored),
    caption: `Score: 1 is the best median, 0.5 half as good. Bar: median, with its value beside it. Whisker: interval of the median.${cut}${same}`,
    alt: `Bar charts of scores on ${workload.name}. ${scored.map(asText).join(' ')}`,
    spec: {
      data: { values },
      facet: {
        field: 'measure',
        type: 'nominal',
        sort: scored.map(({ measure }) => title(measure)),
        title: null,
        header: { labelAnchor: 'start', labelLimit: 400, labelExpr: "split(datum.value, '\\n')" },
      },
      columns: inRow,
      spacing: { row: 26, column: 16 },
      spec: {
        width: inRow === 3 ? 170 : 260,
        height: { step: 26 },
        layer: [
          {
            mark: { type: 'bar', height: 16 },
            encoding: {
              x: {
                field: 'score',
                type: 'quantitative',
                title: 'score',
                scale: { domain: [0, end], nice: false },
                axis: { values: [0, 0.5, 1, 1.5], format: '.3~f' },
              },
              color: {
                field: 'variant',
                type: 'nominal',
                sort: null,
                legend: null,
                scale: { domain: [...names.values()], range: variantColours },
              },
            },
          },
          {
            transform: hasInterval,
            mark: { type: 'rule', strokeWidth: 2, color: colour('ink') },
            encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
          },
          ...(['low', 'high'] as const).map((side) => ({
            transform: hasInterval,
            mark: { type: 'tick' as const, thickness: 2, size: 9, color: colour('ink') },
            encoding: { x: { field: side, type: 'quantitative' as const } },
          })),
          {
            mark: { type: 'text', align: 'left', dx: 8, color: colour('ink'), fontSize: 14 },
            encoding: { x: { datum: end }, text: { field: 'label' } },
          },
        ],
        encoding: { y },
      },
    },
  } as Plot;
}

function headline(scored: readonly MeasureSummary[]): string {
  const wins = new Map<string, string[]>();
  for (const { measure, standings } of scored) {
    const best = standings.filter(({ mark }) => mark === 'best');
    if (best.length === 1) wins.set(best[0]!.variant, [...(wins.get(best[0]!.variant) ?? []), measure.title]);
  }
  if (wins.size === 0) return 'No variant is clearly ahead on any measure';
  const [first, ...rest] = [...wins].sort(([, a], [, b]) => b.length - a.length);
  const most = `${first![0]} is best on ${first![1].length} of ${scored.length} measures`;
  const others = rest.slice(0, 2).map(([name, list]) => `${name} on ${list.length}`);
  return [most, ...others].join(', ');
}

function asText({ measure, standings }: MeasureSummary): string {
  const each = standings.map(({ variant, median }) => `${variant} ${withUnit(median, measure.unit)}`);
  return `${measure.title}: ${each.join(', ')}.`;
}
