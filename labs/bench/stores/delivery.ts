// From a write to the watcher's callback, at 10,000 writes a second of 1 KB; etcd at the rate that it manages.

import type { Numbers } from './child.ts';
import { Contestant } from './contestant.ts';
import { count, fine, median, printTable, verdict } from './table.ts';

const rounds = 3;
const seconds = 2;
/** Writes a second, each one event. */
const wantedRate = 10_000;
/** Of what a store writes with 64 writers: at the limit there is only a queue to measure. */
const ease = 0.5;
/** Milliseconds, 99 of 100. */
const atMost = 5;

/** @returns how many figures fell short */
export async function delivery(folder: string, withEtcd: boolean): Promise<number> {
  let missed = 0;
  const rows: string[][] = [];
  for (const name of ['memory', 'LMDB', ...(withEtcd ? (['etcd'] as const) : [])] as const) {
    console.log(`measuring: delivery of ${name}`);
    const store = await Contestant.start(name, folder);
    await store.ask({ do: 'open' });
    const rate = name === 'etcd' ? await managed(store) : wantedRate;
    await store.ask({ do: 'deliver', rate, seconds: 1 });
    const runs: Numbers[] = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await store.ask({ do: 'deliver', rate, seconds }));
    await store.end();
    const of = (what: string) => median(runs.map((numbers) => numbers[what] ?? Number.NaN));
    const reached = name === 'etcd' || (of('due99') < atMost && of('rate') > wantedRate * 0.98);
    if (!reached) missed += 1;
    const times = ['due50', 'due99', 'answer50', 'answer99'].map((what) => fine(of(what)));
    rows.push([name, count(of('rate')), ...times, ...(name === 'etcd' ? ['', ''] : [`< ${atMost}`, verdict(reached)])]);
  }
  printTable(
    "Milliseconds to the watcher's callback",
    ['', 'events/s', 'from due, 50 %', '99 %', 'from the answer, 50 %', '99 %', 'wanted', ''],
    rows,
  );
  return missed;
}

async function managed(store: Contestant): Promise<number> {
  const { rate = 0 } = await store.ask({ do: 'write', kind: 'small', clients: 64, seconds: 2 });
  return Math.min(wantedRate, Math.ceil((rate * ease) / 100) * 100);
}
