// 150,000 pods in each store: the time to write them, bytes an object in memory and on disk, and starting on them. A store is
// started by a process that has never seen it (etcd: by a server that is started anew).
// Always true: where a busy machine takes too long and there are fewer pods, no figure of them is reached.

import type { Numbers } from './child.ts';
import { Contestant } from './contestant.ts';
import type { Name } from './contestants.ts';
import { count, fine, mebibytes, printTable, verdict } from './table.ts';

const pods = 150_000;
/** Milliseconds until the first list of a namespace, and until the API's cache has all pods. */
const atMost = 5000;

/** What a table says of a figure; nothing of etcd's, which the others are compared with. */
interface Judged {
  readonly wanted: string;
  readonly verdict: string;
}
const notJudged: Judged = { wanted: '', verdict: '' };

/** @param held how many pods the store has taken */
export function judgedHeld(name: Name, held = 0): Judged {
  return name === 'etcd' ? notJudged : { wanted: count(pods), verdict: verdict(held === pods) };
}

/** @param cached milliseconds until the API's cache had all pods that are held */
export function judgedStart(name: Name, held = 0, cached = Number.NaN): Judged {
  if (name === 'etcd') return notJudged;
  const said = held < pods ? `${verdict(false)}: too few pods` : verdict(cached < atMost);
  return { wanted: `< ${count(atMost)}`, verdict: said };
}

export const podsText = (held = 0): string => (held < pods ? `${count(held)} of ${count(pods)}` : count(held));

const isMissed = (judged: Judged): boolean => judged.verdict.startsWith(verdict(false));

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
    const judged = judgedHeld(name, filled.count);
    if (isMissed(judged)) missed += 1;
    held.push([...heldRow(name, filled, before, after), judged.wanted, judged.verdict]);
    if (name !== 'memory') {
      if (name === 'LMDB') {
        await store.end();
        store = await Contestant.start(name, place);
      }
      const times = await store.ask({ do: name === 'LMDB' ? 'open' : 'restart' });
      const { opened = Number.NaN, listed = Number.NaN, cached = Number.NaN, processor = Number.NaN } = times;
      const judged = judgedStart(name, filled.count, cached);
      if (isMissed(judged)) missed += 1;
      const milliseconds = [opened, listed, cached, processor / 1000].map(count);
      started.push([name, podsText(filled.count), ...milliseconds, judged.wanted, judged.verdict]);
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
      'wanted',
      '',
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
  const { count: taken = 0, milliseconds = 0, processor = 0 } = filled;
  const grown = (what: string) => (after[what] ?? 0) - (before[what] ?? 0);
  return [
    name,
    podsText(taken),
    `${fine(milliseconds / 1000)} s`,
    count((taken / milliseconds) * 1000),
    `${count(processor / taken)} us`,
    name === 'memory' ? '' : count(grown('disk') / taken),
    count(grown('heap') / taken),
    mebibytes(after.resident ?? 0),
    name === 'etcd' ? mebibytes(after.server ?? 0) : '',
  ];
}
