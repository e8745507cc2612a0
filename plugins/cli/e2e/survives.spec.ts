// A cluster that outlives its process: with `--data`, killed by kill -9, it comes back with the same objects, and its
// pods run again.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { fetchText, nodePortOf, readyPods, startGuestbook } from './guestbook.ts';
import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';

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

  const objects = async (kubectl: Kubectl) => {
    const { items } = await kubectl.json('get', 'deployments,services,pods,configmaps,secrets', '-A');
    return items.map(({ kind, metadata }: { kind: string; metadata: { name: string; uid: string } }) =>
      [kind, metadata.name, metadata.uid].join(' '),
    );
  };

  it('comes back after kill -9 with the guestbook, object by object', async () => {
    cluster = await TestCluster.start(['--data', data]);
    expect(cluster.output).to.not.include('keeps no objects');
    const first = Kubectl.any(cluster);
    await startGuestbook(first);
    const before = await objects(first);
    await cluster.stop('SIGKILL');
    await cluster.destroy();

    cluster = await TestCluster.start(['--data', data]);
    const second = Kubectl.any(cluster);
    expect(await objects(second)).to.have.members(before);
    const pods = before.filter((line: string) => line.startsWith('Pod ')).length;
    await eventually(
      'its pods run again',
      async () => (await readyPods(second, 'app=guestbook')).length === pods || undefined,
    );
    const port = await nodePortOf(second, 'guestbook');
    expect(await eventually('the page', () => fetchText(`http://127.0.0.1:${port}/`))).to.include('guestbook');
    const again = await cluster.kubelab('up', '--data', data, '--name', 'rival', '--port', '0');
    expect(again.code).to.equal(3);
    expect(again.stderr).to.match(
      /store\.lmdb (is in use by process \d+|holds the objects of cluster kubelab, not of rival)/,
    );
  });
});
