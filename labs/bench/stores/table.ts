// Tables of the stores, and how a number reads.

import Table from 'cli-table3';

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
export const fine = (value: number): string => value.toFixed(2);
export const mebibytes = (bytes: number): string => count(bytes / 2 ** 20);

export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  console.log(`\n${title}\n${table.toString()}`);
}

export const verdict = (reached: boolean): string => (reached ? 'reached' : 'MISSED');

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
