// Benchmarks of the core: each figure measured several times, its median beside the floor that it must reach.
//   npm run bench               all of them
//   npm run bench -- schedule   those whose name has the word in it
// Ends with 1 when a floor is missed.

import Table from 'cli-table3';
import { createFigures } from './create.ts';
import { deliverFigures } from './deliver.ts';
import { machine, measure, type Result } from './measure.ts';
import { scheduleFigures } from './schedule.ts';
import { startUpFigures } from './start-up.ts';

const wanted = process.argv[2] ?? '';
const figures = [...startUpFigures, ...deliverFigures, ...createFigures, ...scheduleFigures].filter(({ name }) =>
  name.includes(wanted),
);

const number = (value: number) => Math.round(value).toLocaleString('en-US');
const floorText = ({ floor }: Result) =>
  'atLeast' in floor ? `>= ${number(floor.atLeast)}` : `<= ${number(floor.atMost)}`;

console.log(machine());
const table = new Table({
  head: ['figure', 'median', 'lowest', 'highest', 'wanted', 'unit', ''],
  style: { head: [], border: [] },
});
let missed = 0;
for (const figure of figures) {
  console.log(`measuring: ${figure.name}`);
  const result = await measure(figure);
  if (!result.reached) missed += 1;
  const [lowest = Number.NaN] = result.values;
  table.push([
    result.name,
    number(result.median),
    number(lowest),
    number(result.values.at(-1) ?? Number.NaN),
    floorText(result),
    result.unit,
    result.reached ? 'reached' : 'MISSED',
  ]);
}
console.log(table.toString());
process.exitCode = missed > 0 ? 1 : 0;
