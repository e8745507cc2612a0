// To and from a real etcd while clients write and watch: it numbers by itself, so whoever watches lists again, once; from
// there to LMDB each revision stays as it was.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../core/cluster/open-store.ts';
import { Settings } from '../../core/cluster/settings.ts';
import { describeSwaps } from '../../core/storage/swaps.fixture.ts';
import { allTests } from '../../core/testing/runs.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { storeLmdb } from '../store-lmdb/plugin.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';

(allTests ? describe : () => {})('a swap of the store, to etcd and from it', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-swap-'));
  let servers: EtcdServers;
  let made = 0;
  before(async () => {
    servers = await EtcdServers.start();
  });
  after(async () => {
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const place = () => {
    made += 1;
    return String(made);
  };
  const memory = () => new MemoryStore(new RealClock());
  const lmdb = () => {
    const plugin = storeLmdb({ folder: path.join(folder, place()) });
    return openStore(plugin, new Settings('kubelab'), new RealClock(), new SeededRandom('lmdb'));
  };
  const etcd = () =>
    new EtcdStore(connect({ endpoints: servers.endpoints, root: `/swap-${place()}` }), new RealClock());
  describeSwaps(
    { memory, lmdb, etcd },
    [
      ['memory', 'etcd'],
      ['lmdb', 'etcd'],
      ['etcd', 'lmdb'],
      ['etcd', 'memory'],
      ['etcd', 'etcd'],
    ],
    { numbersAnew: ['etcd'] },
  );
});
