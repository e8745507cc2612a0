// Visit as text: where virtual time stands, and what happened on the way there.

import pc from 'picocolors';
import type { TimelineRow } from '../../kit/lab.ts';
import { lineText } from '../report.ts';
import type { Stepped } from './messages.ts';
import type { Place } from './replay.ts';

/** Rows that are shown of a long way: the last ones. */
const most = 40;

/** `at instant 81, 2.010 s` */
export const placeText = ({ instant, at, isAfter }: Place): string =>
  `at instant ${instant}, ${at.toFixed(3)} s${isAfter ? ' (the check is over; the cluster goes on by itself)' : ''}`;

/** @param back whether the rows are what is undone */
export function steppedText({ place, rows }: Stepped, back: boolean, plain: boolean): string {
  const { bold } = pc.createColors(!plain);
  const what = rows.length === 0 ? (back ? 'Nothing to undo.' : 'Nothing changed.') : back ? 'Undone:' : 'Changed:';
  return `${bold(`Now ${placeText(place)}`)}\n${what}\n${rowsText(rows, plain)}`;
}

function rowsText(all: readonly TimelineRow[], plain: boolean): string {
  const { bold, dim, yellow } = pc.createColors(!plain);
  const rows = all.slice(-most);
  const widthOf = (text: (row: TimelineRow) => string) => Math.max(0, ...rows.map((row) => text(row).length));
  const at = widthOf(timeOf);
  const what = widthOf((row) => row.what);
  const object = widthOf((row) => row.object);
  const by = widthOf((row) => row.by);
  const lines = rows.map((row) => {
    const names = `${row.what.padEnd(what)}  ${row.object.padEnd(object)}  ${row.by.padEnd(by)}`;
    const line = `  ${timeOf(row).padStart(at)}  ${names}  ${row.line ? lineText(row.line) : ''}`.trimEnd();
    return row.by === 'you' ? bold(line) : row.what === 'fault' ? yellow(line) : line;
  });
  if (all.length > most) lines.unshift(dim(`  ... ${all.length - most} earlier`));
  return lines.map((line) => `${line}\n`).join('');
}

const timeOf = ({ at }: TimelineRow): string => `${at.toFixed(3)} s`;
