// The table in the terminal: one block for each workload, a line for each variant, a column for each measure.
//   SchedulingBasic/500Nodes · scheduler alone
//   variant   pods bound,     time for one
//             average         pod, p99
//             pods/s          ms
//             more is better  less is better
//   binpack   12,345 ★        0.40
//             11,900–12,800   0.38–0.45
// As many columns as the terminal is wide; the rest below. `plain`: no colours, and words instead of signs.

import Table from 'cli-table3';
import pc from 'picocolors';
import type { Comparison, Measure } from '../comparison.ts';
import { number, percent, range } from './numbers.ts';
import {
  type MeasureSummary,
  type Standing,
  type Summary,
  shortNames,
  summarise,
  type WorkloadSummary,
} from './summary.ts';

export interface TableOptions {
  /** Columns of the terminal; 100 unless told. */
  readonly width?: number;
  /** No colours, no signs: for logs and screen readers. */
  readonly plain?: boolean;
}

/** What `kubelab bench` prints at its end. */
export function comparisonTable(comparison: Comparison, options: TableOptions = {}): string {
  const summary = summarise(comparison);
  const look = lookOf(options.plain === true);
  const blocks = summary.workloads.map((workload) => block(workload, look, options.width ?? 100));
  return `${[...blocks, legend(summary, look)].join('\n\n')}\n`;
}

type Look = ReturnType<typeof lookOf>;

function lookOf(plain: boolean) {
  const same = (text: string) => text;
  return {
    bold: plain ? same : pc.bold,
    dim: plain ? same : pc.dim,
    good: plain ? same : pc.green,
    bad: plain ? same : pc.red,
    best: plain ? '(best)' : '★',
    tied: plain ? '(level)' : '≈',
  };
}

function block({ title, workload, measures, failures }: WorkloadSummary, look: Look, width: number): string {
  const lines = [look.bold(title)];
  if (workload.description) lines.push(workload.description);
  const names = [...shortNames(measures[0]?.standings.map(({ variant }) => variant) ?? []).values()];
  const first = Math.max(7, ...names.map((name) => name.length));
  for (const part of parts(measures, look, width - first)) lines.push('', grid(part, names, look));
  lines.push('');
  for (const { measure, verdict, alike } of measures) {
    if (verdict && !alike) lines.push(look.dim(`${measure.title}: ${verdict}`));
  }
  for (const { variant, repeat, failure } of failures) {
    lines.push(look.bad(`${variant}, run ${repeat}: ${failure.reason}: ${failure.message.split('\n', 1)[0]}`));
  }
  return lines.join('\n');
}

/** Measures that fit beside each other, in order. */
function parts(measures: readonly MeasureSummary[], look: Look, width: number): MeasureSummary[][] {
  const all: MeasureSummary[][] = [];
  let left = 0;
  for (const one of measures) {
    const needs = 3 + Math.max(...columnOf(one, look).flatMap((cell) => cell.split('\n').map(visible)));
    if (all.length === 0 || needs > left) {
      all.push([]);
      left = width;
    }
    all.at(-1)!.push(one);
    left -= needs;
  }
  return all;
}

function grid(part: readonly MeasureSummary[], names: readonly string[], look: Look): string {
  const columns = part.map((one) => columnOf(one, look));
  const table = new Table({ chars: bare, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  table.push(['variant', ...columns.map(([head]) => head)]);
  for (const [at, name] of names.entries()) table.push([name, ...columns.map((column) => column[at + 1])]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

/** The head, then a cell for each variant. */
function columnOf({ measure, standings }: MeasureSummary, look: Look): string[] {
  return [head(measure, look), ...standings.map((standing) => cell(standing, look))];
}

function head({ title, unit, better, floor }: Measure, look: Look): string {
  const wish = better === 'neither' ? [] : [better === 'higher' ? 'more is better' : 'less is better'];
  const wanted = floor === undefined ? [] : [`wanted ${better === 'lower' ? '<=' : '>='} ${number(floor)}`];
  return [...wrapped(title, 15), ...[unit, ...wish, ...wanted].map(look.dim)].join('\n');
}

function cell({ ran, median, interval, mark, floor }: Standing, look: Look): string {
  if (!ran) return look.bad('failed');
  const sign = mark ? ` ${look[mark]}` : '';
  const middle = mark === 'best' ? look.good(`${number(median)}${sign}`) : `${number(median)}${sign}`;
  const judged = floor === 'missed' ? ` ${look.bad('MISSED')}` : '';
  return `${middle}${judged}${interval ? `\n${look.dim(range(interval.low, interval.high))}` : ''}`;
}

function legend({ rounds, comparison }: Summary, look: Look): string {
  const kinds = new Set(summarise(comparison).workloads.flatMap(({ measures }) => confidences(measures)));
  const sure = [...kinds]
    .sort((a, b) => a - b)
    .map(percent)
    .join(' or ');
  const interval =
    rounds > 1
      ? `Medians of up to ${rounds} runs, variants in turn; below each, the interval that holds the true median with ${sure}.`
      : 'One run each: nothing tells a small difference from noise. Repeat it with --repeat.';
  const signs = `${look.best}: best. ${look.tied}: the best one did not beat it in every round.`;
  return look.dim(`${interval}\n${signs}\n${comparison.machine}; seed ${comparison.seed}`);
}

const confidences = (measures: readonly MeasureSummary[]) =>
  measures.flatMap(({ standings }) => standings.flatMap(({ interval }) => (interval ? [interval.confidence] : [])));

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Columns that a text takes: without the codes of colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const visible = (text: string) => text.replace(/\u001b\[\d+m/g, '').length;

const bare = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, '']),
) as Record<string, string>;
bare.middle = '   ';
