// `kubelab swap store` on a whole cluster, as a user types it, while kubectl creates objects and watches them: nothing is lost, and
// pods go on. To etcd by the Component's spec, which takes options.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from '../../store-etcd/etcd-server.fixture.ts';
import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';

(allTests ? describe : () => {})('swapping the store of a running cluster', function () {
  this.timeout(180_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let cluster: TestCluster;
  let kubectl: Kubectl;
  let servers: EtcdServers;
  let data: string;
  before(async () => {
    data = mkdtempSync(path.join(tmpdir(), 'kubelab-data-'));
    servers = await EtcdServers.start();
    cluster = await TestCluster.start(['--store', 'memory', '--data', data, '--runtime', 'mock']);
    kubectl = Kubectl.any(cluster);
    await kubectl.run('create', 'deployment', 'web', '--image=kubelab/web', '--replicas=3');
    await running(3);
  });
  after(async () => {
    await cluster?.destroy();
    await servers?.stop();
    if (data) rmSync(data, { recursive: true, force: true });
  });

  interface Listed {
    readonly items: { readonly metadata: { readonly uid: string }; readonly status: { readonly phase?: string } }[];
  }
  const pods = async (): Promise<Listed> => (await kubectl.json('get', 'pods')) as Listed;
  const uids = async () => (await pods()).items.map(({ metadata }) => metadata.uid);
  const running = (count: number) =>
    eventually(`${count} pods run`, async () => {
      const { items } = await pods();
      return (items.length === count && items.every(({ status }) => status.phase === 'Running')) || undefined;
    });
  /** Creates ConfigMaps without a pause while the work is done. @returns how many were created */
  const whileCreating = async (name: string, work: () => Promise<unknown>): Promise<number> => {
    let isDone = false;
    const done = work().finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    let count = 0;
    for (; !isDone; count += 1) await kubectl.run('create', 'configmap', `${name}-${count}`);
    await done;
    return count;
  };
  const created = async (name: string): Promise<number> =>
    (await kubectl.run('get', 'configmaps', '-o', 'name')).split('\n').filter((line) => line.includes(`/${name}-`))
      .length;

  it('to LMDB, while objects are created: all are there, with their numbers, and the same pods run', async () => {
    const before = await uids();
    const { resourceVersion } = (await kubectl.json('get', 'namespace', 'default')).metadata;
    const count = await whileCreating('lmdb', async () => {
      const { code, stdout, stderr } = await cluster.kubelab('swap', '--name', cluster.name, 'store', 'lmdb');
      expect(code, stdout + stderr).to.equal(0);
      expect(stdout).to.match(/store-memory -> store-lmdb: all objects were copied to lmdb/);
    });
    expect(await created('lmdb')).to.equal(count);
    expect(await uids()).to.have.members(before);
    expect((await kubectl.json('get', 'namespace', 'default')).metadata.resourceVersion).to.equal(resourceVersion);
    await kubectl.run('scale', 'deployment', 'web', '--replicas=4');
    await running(4);
  });

  it('to etcd: all are there, who has seen an old number is told 410, and pods go on', async () => {
    const before = await uids();
    const place = '/api/v1/namespaces/default/pods';
    const seen = JSON.parse(await kubectl.run('get', '--raw', place)).metadata.resourceVersion;
    const spec = { plugin: 'store-etcd', options: { endpoints: servers.endpoints } };
    const count = await whileCreating('etcd', async () => {
      await kubectl.run('patch', 'component', 'store', '--type=merge', '-p', JSON.stringify({ spec }));
      await eventually('the store is etcd', async () => {
        const { stdout } = await cluster.kubelab('status', '--name', cluster.name);
        if (!/^store +Store +(store-)?etcd +Running/m.test(stdout)) throw new Error(stdout);
        return true;
      });
    });
    expect(await created('etcd')).to.equal(count);
    expect(await uids()).to.have.members(before);
    const watch = `${place}?watch=1&timeoutSeconds=5&resourceVersion=${seen}`;
    const { stdout, stderr } = await kubectl.outcome(['get', '--raw', watch]);
    expect(stdout + stderr).to.match(/\(Expired\): too old resource version|"code": ?410/);
    await kubectl.run('scale', 'deployment', 'web', '--replicas=5');
    await running(5);
  });

  it('back: LMDB still holds what stood there before, and is not written over; the message says what to do', async () => {
    const { code, stderr } = await cluster.kubelab('swap', '--name', cluster.name, '--undo');
    expect(code).to.equal(2);
    expect(stderr).to.match(/the store to swap to is not empty: .*move its folder away/);
    await kubectl.run('create', 'configmap', 'after');
    rmSync(path.join(data, 'store'), { recursive: true });
    const again = await cluster.kubelab('swap', '--name', cluster.name, '--undo');
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stdout).to.match(/store-etcd -> store-lmdb/);
    await kubectl.run('get', 'configmap', 'after');
    await kubectl.run('scale', 'deployment', 'web', '--replicas=2');
    await running(2);
  });
});
