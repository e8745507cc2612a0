// Stores beside each other: npm run bench -- stores [DIR]. The same client code, the same values, the same disk, one run.
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

/** @returns how many figures fell short */
export async function compareStores(given: string | undefined): Promise<number> {
  const folder = mkdtempSync(path.join(folderOnDisk(given), 'kubelab-stores-'));
  // Ctrl-C goes to the stores' processes too; they end, and so does the measuring, in an error.
  const end = () => void Contestant.endAll();
  process.on('SIGINT', end);
  try {
    console.log(`on ${describeDisk(folder)}`);
    if (!hasEtcd) console.log(`without etcd: ${withoutEtcd}`);
    const missed = [await fast(folder, hasEtcd), await delivery(folder, hasEtcd), await full(folder, hasEtcd)];
    return missed.reduce((sum, count) => sum + count, 0);
  } finally {
    process.off('SIGINT', end);
    await Contestant.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
