// 150,000 pods in each store (fewer where a busy machine takes too long): the time to write them, bytes an object in
// memory and on disk, and starting on them. A store is started by a process that has never seen it (etcd: by a server
// that is started anew).

import type { Numbers } from './child.ts';
import { Contestant } from './contestant.ts';
import type { Name } from './contestants.ts';
import { count, fine, mebibytes, printTable, verdict } from './table.ts';

const pods = 150_000;
/** Milliseconds until the first list of a namespace, and until the API's cache has all pods. */
const atMost = 5000;

/** @returns how many figures fell short */
export async function full(folder: string, withEtcd: boolean): Promise<number> {
  const held: string[][] = [];
  const started: string[][] = [];
  let missed = 0;
  for (const name of ['memory', 'LMDB', ...(withEtcd ? (['etcd'] as const) : [])] as const) {
    console.log(`measuring: ${name} with ${count(pods)} pods`);
    const place = `${folder}/full`;
    let store = await Contestant.start(name, place);
    await store.ask({ do: 'open' });
    const before = await store.ask({ do: 'memory' });
    const filled = await store.ask({ do: 'fill', kind: 'pod', count: pods });
    const after = await store.ask({ do: 'memory' });
    held.push(heldRow(name, filled, before, after));
    if (name !== 'memory') {
      if (name === 'LMDB') {
        await store.end();
        store = await Contestant.start(name, place);
      }
      const times = await store.ask({ do: name === 'LMDB' ? 'open' : 'restart' });
      const [opened = 0, listed = 0, cached = 0] = ['opened', 'listed', 'cached'].map((what) => times[what]);
      const reached = name === 'etcd' || cached < atMost;
      if (!reached) missed += 1;
      const judged = name === 'etcd' ? ['', ''] : [`< ${count(atMost)}`, verdict(reached)];
      started.push([
        name,
        count(filled.count ?? 0),
        count(opened),
        count(listed),
        count(cached),
        count((times.processor ?? 0) / 1000),
        ...judged,
      ]);
    }
    await store.end();
  }
  printTable(
    'Many pods held',
    [
      '',
      'pods',
      'written in',
      'pods/s',
      'processor time a pod',
      'bytes a pod on disk',
      'in memory (heap)',
      'resident MiB',
      "server's MiB",
    ],
    held,
  );
  printTable(
    'Milliseconds from opening a store of many pods',
    ['', 'pods', 'open', 'a namespace listed', "the API's cache ready", "the client's processor time", 'wanted', ''],
    started,
  );
  return missed;
}

function heldRow(name: Name, filled: Numbers, before: Numbers, after: Numbers): string[] {
  const { count: pods = 0, milliseconds = 0, processor = 0 } = filled;
  const grown = (what: string) => (after[what] ?? 0) - (before[what] ?? 0);
  return [
    name,
    count(pods),
    `${fine(milliseconds / 1000)} s`,
    count((pods / milliseconds) * 1000),
    `${count(processor / pods)} us`,
    name === 'memory' ? '' : count(grown('disk') / pods),
    count(grown('heap') / pods),
    mebibytes(after.resident ?? 0),
    name === 'etcd' ? mebibytes(after.server ?? 0) : '',
  ];
}
