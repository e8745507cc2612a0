// A cluster that outlives its process: on a store that is kept, killed by kill -9, it comes back with the same objects, and
// its pods run again.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from '../../store-etcd/etcd-server.fixture.ts';
import { fetchText, nodePortOf, readyPods, startGuestbook } from './guestbook.ts';
import { type Place, TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';

const objects = async (kubectl: Kubectl): Promise<string[]> => {
  const { items } = await kubectl.json('get', 'deployments,services,pods,configmaps,secrets', '-A');
  return items.map(({ kind, metadata }: { kind: string; metadata: { name: string; uid: string } }) =>
    [kind, metadata.name, metadata.uid].join(' '),
  );
};

/** Runs the guestbook, kills the cluster, and starts it again: gives the one that runs then. */
async function killed(start: (place: Place) => Promise<TestCluster>): Promise<TestCluster> {
  const first = await start({});
  let cluster = first;
  try {
    expect(first.output).to.not.include('keeps no objects');
    const kubectl = Kubectl.any(first);
    await startGuestbook(kubectl);
    const before = await objects(kubectl);
    await first.stop('SIGKILL');

    cluster = await start({ base: first.base });
    const again = Kubectl.any(cluster);
    expect(await objects(again)).to.have.members(before);
    const pods = before.filter((line) => line.startsWith('Pod ')).length;
    await eventually(
      'its pods run again',
      async () => (await readyPods(again, 'app=guestbook')).length === pods || undefined,
    );
    const port = await nodePortOf(again, 'guestbook');
    expect(await eventually('the page', () => fetchText(`http://127.0.0.1:${port}/`))).to.include('guestbook');
    return cluster;
  } catch (error) {
    await cluster.destroy();
    throw error;
  }
}

describe('a cluster with --data', function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let data: string;
  before(() => {
    data = mkdtempSync(path.join(tmpdir(), 'kubelab-data-'));
  });
  after(async () => {
    await cluster?.destroy();
    rmSync(data, { recursive: true, force: true });
  });

  it('comes back after kill -9 with the guestbook, object by object', async () => {
    cluster = await killed((place) => TestCluster.start(['--data', data], place));
    const again = await cluster.kubelab('up', '--data', data, '--name', 'rival', '--port', '0');
    expect(again.code).to.equal(3);
    expect(again.stderr).to.match(
      /store\.lmdb (is in use by process \d+|holds the objects of cluster kubelab, not of rival)/,
    );
  });
});

(allTests ? describe : () => {})('a cluster on etcd', function () {
  this.timeout(180_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let cluster: TestCluster | undefined;
  let servers: EtcdServers;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-etcd-'));
    servers = await EtcdServers.start();
  });
  after(async () => {
    await cluster?.destroy();
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('comes back after kill -9 with the guestbook, object by object, without waiting for its own Leases', async () => {
    const file = path.join(folder, 'cluster.yaml');
    const store = JSON.stringify({ plugin: 'etcd', options: { endpoints: servers.endpoints } });
    writeFileSync(file, `apiVersion: kubelab.dev/v1\nkind: Cluster\nspec:\n  store: ${store}\n`);
    cluster = await killed((place) => TestCluster.start(['-f', file], place));
    expect(cluster.output).to.not.include('stands by');
  });
});
