// Benchmarks of the core: each figure measured several times, its median beside the floor that it must reach.
//   npm run bench               all of them
//   npm run bench -- create     those whose name has the word in it
//   npm run bench -- floors     the scheduler beside the floors of Kubernetes' CI (floors.ts)
//   npm run bench -- stores     the stores beside each other (stores/report.ts)
// Each figure has a process of its own, so that none inherits another's memory or compiled code; its runs follow each
// other there, after one that does not count. Ends with 1 when a floor is missed.

import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { createFigures } from './create.ts';
import { deliverFigures } from './deliver.ts';
import { measureFloors } from './floors.ts';
import { type Figure, judge, machine, measure, type Result } from './measure.ts';
import { scaleFigures } from './scale.ts';
import { scheduleFigures } from './schedule.ts';
import { startUpFigures } from './start-up.ts';
import { runStoreProcess } from './stores/child.ts';
import type { Name } from './stores/contestants.ts';
import { compareStores, partsNamed } from './stores/report.ts';

const figures: readonly Figure[] = [
  ...startUpFigures,
  ...deliverFigures,
  ...createFigures,
  ...scheduleFigures,
  ...scaleFigures,
];

/** In the process of one figure, whose name the parent gives. */
async function measureHere(name: string): Promise<void> {
  const figure = figures.find((one) => one.name === name);
  if (!figure) throw new Error(`there is no figure ${JSON.stringify(name)}`);
  const values = await measure(figure);
  process.send?.({ values, memory: process.resourceUsage().maxRSS / 1024 } satisfies Measured);
  // Keeps nothing waiting that a figure has left behind.
  process.disconnect?.();
}

/** What the process of a figure tells. */
interface Measured {
  readonly values: readonly number[];
  /** The most that was resident in it, MiB. */
  readonly memory: number;
}

function measureApart({ name }: Figure): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--figure', name]);
    child.once('message', (measured) => resolve(measured as Measured));
    child.once('exit', (code) => reject(new Error(`${name}: its process ended with ${code} and no figure`)));
  });
}

const number = (value: number) => Math.round(value).toLocaleString('en-US');
const load = () => `load average of the last minute ${(loadavg()[0] ?? 0).toFixed(1)}`;
const floorText = ({ floor }: Result) =>
  'atLeast' in floor ? `>= ${number(floor.atLeast)}` : `<= ${number(floor.atMost)}`;

/** @returns how many missed their floor */
async function measureAll(wanted: readonly Figure[]): Promise<number> {
  const table = new Table({
    head: ['figure', 'median', 'lowest', 'highest', 'wanted', 'unit', '', 'MiB'],
    style: { head: [], border: [] },
  });
  let missed = 0;
  for (const figure of wanted) {
    console.log(`measuring: ${figure.name}`);
    const { values, memory } = await measureApart(figure);
    const result = judge(figure, values);
    if (!result.reached) missed += 1;
    const { name, unit, median, lowest, highest, reached } = result;
    const verdict = reached ? 'reached' : 'MISSED';
    table.push([
      name,
      number(median),
      number(lowest),
      number(highest),
      floorText(result),
      unit,
      verdict,
      number(memory),
    ]);
  }
  console.log(table.toString());
  return missed;
}

/** @param rest a folder for the stores, or how many runs of the floors */
async function main(word: string, rest: string | undefined): Promise<void> {
  if (word === 'floors') return floors(Number(rest ?? 1));
  const wanted = figures.filter(({ name }) => name.includes(word));
  const stores = partsNamed(word);
  console.log(`${machine()}; ${load()}`);
  const missed =
    (wanted.length > 0 ? await measureAll(wanted) : 0) + (stores.length > 0 ? await compareStores(stores, rest) : 0);
  console.log(`at the end: ${load()}`);
  process.exitCode = missed > 0 || (wanted.length === 0 && stores.length === 0) ? 1 : 0;
}

async function floors(repeat: number): Promise<void> {
  console.log(`${machine()}; ${load()}`);
  const missed = await measureFloors(process.cwd(), repeat);
  console.log(`at the end: ${load()}`);
  process.exitCode = missed > 0 ? 1 : 0;
}

const [first = '', second, third = ''] = process.argv.slice(2);
if (first === '--figure') await measureHere(second ?? '');
else if (first === '--store') await runStoreProcess(second as Name, third);
else await main(first, second);
