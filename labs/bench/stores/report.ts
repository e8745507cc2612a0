// Stores beside each other: npm run bench -- stores [DIR], or one part of it: npm run bench -- stores/delivery [DIR]. The same
// client code, the same values, the same disk, one run.
//   fast         writes and reads a second; the stores take turns, medians
//   delivery     from a write to the watcher's callback, at 10,000 writes a second
//   full         150,000 pods: time, bytes an object, and starting on them
// Each store has a process of its own. Without an etcd on the PATH its columns are left out, and no ratio is judged.

import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hasEtcd, withoutEtcd } from '../../../plugins/store-etcd/etcd-server.fixture.ts';
import { Contestant } from './contestant.ts';
import { delivery } from './delivery.ts';
import { describeDisk, folderOnDisk } from './disk.ts';
import { fast } from './fast.ts';
import { full } from './full.ts';
import { count } from './table.ts';
import { called, kinds, Values } from './values.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;
const parts = { fast, delivery, full };

/** The parts that a word of the command line asks for; none: it does not mean the stores. */
export const partsNamed = (word: string): (keyof typeof parts)[] => {
  const names = Object.keys(parts) as (keyof typeof parts)[];
  return names.filter((name) => word === '' || word === 'stores' || word === `stores/${name}`);
};

/** @returns how many figures fell short */
export async function compareStores(
  names: readonly (keyof typeof parts)[],
  given: string | undefined,
): Promise<number> {
  const folder = mkdtempSync(path.join(folderOnDisk(given), 'kubelab-stores-'));
  // Ctrl-C goes to the stores' processes too; they end, and so does the measuring, in an error.
  const end = () => void Contestant.endAll();
  for (const signal of signals) process.on(signal, end);
  try {
    console.log(`on ${describeDisk(folder)}`);
    if (!hasEtcd) console.log(`without etcd: ${withoutEtcd}`);
    const values = await Values.make();
    console.log(kinds.map((kind) => `${called[kind]}: ${count(values.bytes(kind))} bytes of JSON`).join('; '));
    let missed = 0;
    for (const name of names) missed += await parts[name](folder, hasEtcd);
    return missed;
  } finally {
    for (const signal of signals) process.off(signal, end);
    await Contestant.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
