// Writes and reads a second. The stores take turns (LMDB, etcd, memory, LMDB, ...), so that a busy moment of the machine
// falls on all of them; of each the median, and beside it the processor time of one call, client and server together.

import type { Numbers, Task } from './child.ts';
import { Contestant } from './contestant.ts';
import type { Name } from './contestants.ts';
import { count, fine, median, printTable, verdict } from './table.ts';
import { called, kinds } from './values.ts';

const rounds = 5;
/** Seconds of one round; memory, which is there to show what a disk costs, needs less. */
const seconds = 0.4;
const secondsOfMemory = 0.1;
/** Objects of each kind that are there to be read. Of pods that is far more than a store keeps decoded; `lately` of them is less. */
const held = 20_000;
const lately = 1000;

type Timed = Extract<Task, { readonly seconds: number }>;

interface Measure {
  readonly name: string;
  readonly task: Timed;
  /** How many times etcd's rate is wanted of LMDB. */
  readonly wanted: number;
}

const by = (clients: number, who: string) => (clients === 1 ? `one ${who}` : `${clients} ${who}s`);

const measures: readonly Measure[] = [
  ...([1, 64] as const).flatMap((clients) =>
    kinds.map((kind) => ({
      name: `write ${called[kind]}, ${by(clients, 'writer')}`,
      task: { do: 'write', kind, clients, seconds } as const,
      wanted: clients === 1 ? 1 : 3,
    })),
  ),
  ...([1, 64] as const).flatMap((clients) =>
    (
      [
        ['pod', lately],
        ['small', held],
        ['pod', held],
      ] as const
    ).map(([kind, among]) => ({
      name: `get ${called[kind]}, one of ${count(among)}, ${by(clients, 'reader')}`,
      task: { do: 'get', kind, among, clients, seconds } as const,
      wanted: 20,
    })),
  ),
  { name: 'list namespaces of 133 pods (pods/s), one reader', task: { do: 'list', seconds }, wanted: 20 },
];

/** @returns how many figures fell short */
export async function fast(folder: string, withEtcd: boolean): Promise<number> {
  const names: readonly Name[] = withEtcd ? ['LMDB', 'etcd', 'memory'] : ['LMDB', 'memory'];
  const stores: Contestant[] = [];
  for (const name of names) {
    console.log(`measuring: ${name} opens, and is given ${count(held)} objects of each kind`);
    const store = await Contestant.start(name, folder);
    stores.push(store);
    await store.ask({ do: 'open' });
    for (const kind of kinds) await store.ask({ do: 'fill', kind, count: held });
  }
  let missed = 0;
  const rows: string[][] = [];
  for (const { name, task, wanted } of measures) {
    console.log(`measuring: ${name}`);
    const results = await inTurns(stores, task);
    const rate = (of: Name) => median(results.get(of)?.map((numbers) => numbers.rate ?? Number.NaN) ?? []);
    const processor = (of: Name) => median(results.get(of)?.map((numbers) => numbers.processor ?? Number.NaN) ?? []);
    const ratio = rate('LMDB') / rate('etcd');
    const reached = ratio >= wanted; // not where one of them was not measured
    if (withEtcd && !reached) missed += 1;
    rows.push([
      name,
      ...names.map(
        (of) => `${count(rate(of))} (${processor(of) < 10 ? fine(processor(of)) : count(processor(of))} us)`,
      ),
      ...(withEtcd ? [fine(ratio), `>= ${wanted}`, verdict(reached)] : []),
    ]);
  }
  for (const store of stores) await store.end();
  const judged = withEtcd ? ['LMDB : etcd', 'wanted', ''] : [];
  printTable('Calls a second (processor time of one)', ['', ...names, ...judged], rows);
  return missed;
}

/** The first round does not count: the engine compiles. */
async function inTurns(stores: readonly Contestant[], task: Timed): Promise<Map<Name, Numbers[]>> {
  const results = new Map<Name, Numbers[]>(stores.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const store of stores) {
      const numbers = await store.ask(store.name === 'memory' ? { ...task, seconds: secondsOfMemory } : task);
      if (round > 0) results.get(store.name)?.push(numbers);
    }
  }
  return results;
}
