// Floors: scheduler-default on the sizes of Kubernetes' own scheduler benchmark, beside the pods per second that Kubernetes' CI demands
// of Kubernetes there.
//   npm run bench -- floors       each once: about five minutes on two processors with nothing else to do
//   npm run bench -- floors 5     medians of five runs
// It runs `kubelab bench` as anybody would, and reads what that writes. Ends with 1 when less is reached than this project demands.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import type { Comparison, Level, WorkloadResult } from './compare/comparison.ts';
import { median } from './compare/report/statistics.ts';

const names = [
  'SchedulingBasic',
  'MixedChurn',
  'Unschedulable',
  'TopologySpreading',
  'PreferredTopologySpreading',
  'NodeAffinity',
  'MixedSchedulingBasePod',
  'PodAntiAffinity',
  'PodAffinity',
  'PreemptionBasic',
];

/** Over HTTPS without what would take minutes and tell nothing new: 50,000 pods, and preemption, which has no floor. */
function workloadsOf(level: Level): string {
  const all = names.map((name) => `${name}/performance`).join(',');
  if (level !== 'https') return all;
  return all
    .replace('SchedulingBasic/performance', 'SchedulingBasic/5000Nodes_10000Pods')
    .replace(/,PreemptionBasic.*/, '');
}

/** How many times the floor is demanded. Over HTTPS, and with a sample of the nodes, it is only told. */
const wanted: Partial<Record<Column, number>> = { alone: 10, api: 2 };
/** Pods per second that are demanded of the scheduler alone on plain pods; of few of them, the engine's own start takes a good part. */
const plainPods = { workload: 'SchedulingBasic/5000Nodes_50000Pods', wanted: 50_000 };

type Column = 'alone' | 'sampled' | 'api' | 'https';
const heads: Readonly<Record<Column, string>> = {
  alone: 'alone',
  sampled: 'alone, sampled',
  api: 'through the API',
  https: 'over HTTPS',
};

interface Cell {
  /** Pods per second of the clock. */
  readonly pace: number;
  /** Microseconds of the process for a pod. */
  readonly processor: number;
  /** MiB. */
  readonly memory: number;
  readonly failure?: string;
}

interface Line {
  readonly name: string;
  readonly floor: number | undefined;
  readonly cells: Partial<Record<Column, Cell>>;
}

/** @param root of the clone @returns how many floors were missed */
export async function measureFloors(root: string, repeat: number): Promise<number> {
  const lines = new Map<string, Line>();
  for (const level of ['alone', 'api', 'https'] as const) {
    const found = await compared(root, level, repeat);
    for (const workload of found.workloads) {
      for (const variant of found.variants) note(lines, workload, columnOf(level, variant), variant);
    }
  }
  const all = [...lines.values()].sort((a, b) => (b.floor ?? 0) - (a.floor ?? 0));
  console.log('Pods per second, and how many times the floor that is');
  console.log(tableOf(all, ({ pace }) => pace, Object.keys(heads) as Column[], true));
  console.log('Pods per second of processor time: says more where the machine has other work');
  console.log(tableOf(all, ({ processor }) => 1e6 / processor, ['alone', 'sampled', 'api'], false));
  const missed = missedOf(all);
  for (const text of missed) console.log(`MISSED: ${text}`);
  if (missed.length === 0)
    console.log(
      `reached: alone ${wanted.alone} times the floor, plain pods at ${number(plainPods.wanted)}/s, API ${wanted.api} times`,
    );
  return missed.length;
}

/** Runs the command, whose progress is shown. */
async function compared(root: string, level: Level, repeat: number): Promise<Comparison> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-floors-'));
  const json = path.join(folder, 'found.json');
  const command = path.join(root, 'plugins/cli/bin/kubelab.mjs');
  const sample = level === 'alone' ? ['--sample'] : [];
  const args = ['bench', workloadsOf(level), '--variants', 'default', '--level', level, ...sample];
  try {
    const child = spawn(process.execPath, [command, ...args, '--repeat', String(repeat), '--json', json], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    // 1 is a floor that was missed: told below.
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0 && code !== 1) throw new Error(`kubelab ${args.join(' ')} ended with ${code}`);
    return JSON.parse(readFileSync(json, 'utf8')) as Comparison;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const columnOf = (level: Level, variant: string): Column => (variant === 'default' ? level : 'sampled');

function note(
  lines: Map<string, Line>,
  { name, measures, runs }: WorkloadResult,
  column: Column,
  variant: string,
): void {
  const own = runs.filter((run) => run.variant === variant);
  const of = (measure: string) => median(own.flatMap(({ values }) => values[measure] ?? []));
  const failure = own.find((run) => run.failure)?.failure?.message;
  const floor = measures.find((measure) => measure.floor !== undefined)?.floor;
  const line = lines.get(name) ?? { name, floor, cells: {} };
  line.cells[column] = {
    ...{ pace: of('throughput.average'), processor: of('processor'), memory: of('memory') },
    ...(failure !== undefined && { failure }),
  };
  lines.set(name, line);
}

function tableOf(
  lines: readonly Line[],
  value: (cell: Cell) => number,
  columns: readonly Column[],
  withMemory: boolean,
): string {
  const table = new Table({
    head: ['workload', 'floor', ...columns.map((column) => heads[column]), ...(withMemory ? ['MiB'] : [])],
    style: { head: [], border: [] },
    colAligns: ['left', ...['floor', ...columns, 'MiB'].map(() => 'right' as const)],
  });
  for (const { name, floor, cells } of lines) {
    const texts = columns.map((column) => textOf(cells[column], value, floor));
    const memory = withMemory ? [number(cells.api?.memory ?? Number.NaN)] : [];
    table.push([name, floor === undefined ? '-' : number(floor), ...texts, ...memory]);
  }
  return table.toString();
}

/** `36,100 (53 x)` */
function textOf(cell: Cell | undefined, value: (cell: Cell) => number, floor: number | undefined): string {
  if (cell === undefined) return '-';
  if (cell.failure !== undefined) return 'failed';
  const found = value(cell);
  return floor === undefined ? number(found) : `${number(found)} (${times(found / floor)} x)`;
}

function missedOf(lines: readonly Line[]): readonly string[] {
  return lines.flatMap(({ name, floor, cells }) =>
    Object.entries(cells).flatMap(([column, { pace, failure }]) => {
      if (failure !== undefined) return [`${name}, ${heads[column as Column]}: ${failure}`];
      const isPlain = column === 'alone' && name === plainPods.workload;
      const least = Math.max((wanted[column as Column] ?? 0) * (floor ?? 0), isPlain ? plainPods.wanted : 0);
      return pace >= least ? [] : [`${name}, ${heads[column as Column]}: ${number(pace)}/s of ${number(least)}`];
    }),
  );
}

const number = (value: number): string => (Number.isNaN(value) ? '-' : Math.round(value).toLocaleString('en-US'));
const times = (value: number): string => (value < 10 ? value.toFixed(1) : number(value));
