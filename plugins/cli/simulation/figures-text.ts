// Figures text: what a simulation found, for a person: what happened, figures over time as a table and as sparklines, totals.

import { type Note, noteText } from '../../../core/simulation/logbook.ts';
import type { Outcome } from '../../../core/simulation/simulation.ts';
import type { Sample } from '../../../core/simulation/tally.ts';
import { clockText, spanText } from '../../../core/simulation/time-text.ts';
import { columns } from '../text.ts';
import { colors } from './colors.ts';

/** Rows that a person takes in at a glance. */
const mostRows = 12;
const mostNotes = 20;
const bars = '▁▂▃▄▅▆▇█';

export function figuresText(outcome: Outcome, plain: boolean): string {
  const { bold } = colors(plain);
  const { notes, troubles, troubleCount, tally } = outcome;
  const parts = [
    ...section('What happened', notes, notes.length, bold),
    `${bold('Figures over time')}\n${table(tally.samples)}`,
    `${bold('In a line each')} (least to most)\n${sparklines(tally.samples, plain)}`,
    ...leftOver(outcome, bold),
    ...section('What went wrong', troubles, troubleCount, bold),
    `${bold('In all')}\n${totals(outcome)}`,
  ];
  return `${parts.join('\n')}\n`;
}

function section(title: string, notes: readonly Note[], count: number, bold: (text: string) => string): string[] {
  if (count === 0) return [];
  const shown = notes.slice(0, mostNotes).map((note) => `  ${noteText(note)}\n`);
  const more = count > shown.length ? `  ... and ${count - shown.length} more (-o json has more of them)\n` : '';
  return [`${bold(title)}\n${shown.join('')}${more}`];
}

/** Pods without a node that are named. */
const mostLeftOver = 5;

function leftOver({ leftOver: pods, tally }: Outcome, bold: (text: string) => string): string[] {
  if (pods.length === 0) return [];
  const shown = pods.slice(0, mostLeftOver).map(({ pod, why }) => `  ${pod}: ${why}\n`);
  const more = tally.totals.pending - shown.length;
  return [`${bold('Left over without a node')}\n${shown.join('')}${more > 0 ? `  ... and ${more} more\n` : ''}`];
}

function table(samples: readonly Sample[]): string {
  const head = [
    'TIME',
    'NODES READY',
    'PENDING',
    'RUNNING',
    'CREATED',
    'FINISHED',
    'CPU',
    'MEMORY',
    'WAIT P50',
    'WAIT P99',
  ];
  const rows = merged(samples, Math.ceil(samples.length / mostRows)).map((sample) => [
    clockText(sample.at),
    `${sample.ready}/${sample.nodes}`,
    sample.pending,
    sample.running + sample.starting,
    sample.created,
    sample.finished,
    percent(sample.cpu),
    percent(sample.memory),
    wait(sample.p50),
    wait(sample.p99),
  ]);
  return columns(
    head,
    rows.map((row) => row.map(String)),
  );
}

/** So many samples as one: what stands is the last one's, what happened is added up, waits are the longest. */
function merged(samples: readonly Sample[], size: number): Sample[] {
  const groups = Array.from({ length: Math.ceil(samples.length / size) }, (_, at) =>
    samples.slice(at * size, at * size + size),
  );
  return groups.map((group) => {
    const sum = (of: (sample: Sample) => number) => group.reduce((all, sample) => all + of(sample), 0);
    const most = (of: (sample: Sample) => number | undefined) => {
      const known = group.flatMap((sample) => of(sample) ?? []);
      return known.length === 0 ? undefined : Math.max(...known);
    };
    return {
      ...group.at(-1)!,
      created: sum(({ created }) => created),
      bound: sum(({ bound }) => bound),
      finished: sum(({ finished }) => finished),
      p50: most(({ p50 }) => p50),
      p99: most(({ p99 }) => p99),
    };
  });
}

const percent = (part: number): string => `${Math.round(100 * part)}%`;
const wait = (ms: number | undefined): string => (ms === undefined ? '-' : spanText(ms));

function sparklines(samples: readonly Sample[], plain: boolean): string {
  const { cyan } = colors(plain);
  const lines: readonly (readonly [string, (sample: Sample) => number, (value: number) => string])[] = [
    ['pending', ({ pending }) => pending, String],
    ['running', ({ running, starting }) => running + starting, String],
    ['finished', ({ finished }) => finished, String],
    ['cpu', ({ cpu }) => cpu, percent],
    ['memory', ({ memory }) => memory, percent],
    ['nodes ready', ({ ready }) => ready, String],
  ];
  const rows = lines.map(([title, of, text]) => {
    const values = samples.map(of);
    const least = Math.min(...values);
    const most = Math.max(...values);
    return `  ${title.padEnd(11)}  ${cyan(sparkline(values))}  ${text(least)} to ${text(most)}\n`;
  });
  return rows.join('');
}

/** Eight heights, from nothing to the greatest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values);
  return values.map((value) => bars[most === 0 ? 0 : Math.round((value / most) * (bars.length - 1))]).join('');
}

function totals({ tally, faults, changes, hash }: Outcome): string {
  const { created, bound, succeeded, failed, deleted, pending, nodesLost, p50, p99, cpu, memory } = tally.totals;
  const struck = Object.entries({
    'watches cut': faults.cutWatches,
    'writes refused': faults.refusedWrites,
    'answers lost': faults.lostAnswers,
    'calls slowed': faults.slowCalls,
  }).filter(([, count]) => count > 0);
  const rows: readonly (readonly [string, string])[] = [
    [
      'pods',
      `${created} created, ${bound} placed, ${succeeded} succeeded, ${failed} failed, ${deleted} deleted before their end, ${pending} left over without a node`,
    ],
    ...(bound > 0 ? [['time to schedule', `half within ${wait(p50)}, 99 of 100 within ${wait(p99)}`] as const] : []),
    ['utilisation', `CPU ${percent(cpu)}, memory ${percent(memory)} of what ready nodes offer, on average`],
    ...(nodesLost > 0 ? [['nodes lost', `${nodesLost} times a node stopped being ready`] as const] : []),
    ...(struck.length > 0 ? [['faults', struck.map(([what, count]) => `${count} ${what}`).join(', ')] as const] : []),
    ['history', `${changes} changes, sha256 ${hash}`],
  ];
  return rows.map(([title, text]) => `  ${title.padEnd(16)}  ${text}\n`).join('');
}

/** For programs. Times in milliseconds since the beginning. */
export function figuresJson(outcome: Outcome, more: object): string {
  const { tally, ...rest } = outcome;
  return `${JSON.stringify({ ...rest, ...more, totals: tally.totals, samples: tally.samples }, null, 2)}\n`;
}
