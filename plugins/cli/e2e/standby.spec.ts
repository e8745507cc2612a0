// Two processes of a cluster on one real etcd: one works, the other stands by; one is killed by kill -9, and no pod is lost or
// doubled.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from '../../store-etcd/etcd-server.fixture.ts';
import { fetchText, nodePortOf } from './guestbook.ts';
import { TestCluster } from './harness.ts';
import { Kubectl } from './kubectl.ts';
import { eventually } from './run.ts';

interface Listed {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: {
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  };
}

(allTests ? describe : () => {})('a second process on the same etcd', function () {
  this.timeout(180_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  let folder: string;
  let file: string;
  const clusters: TestCluster[] = [];
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-standby-'));
    servers = await EtcdServers.start();
    file = path.join(folder, 'cluster.yaml');
    const store = JSON.stringify({ plugin: 'etcd', options: { endpoints: servers.endpoints } });
    // Shorter than Kubernetes', so that nobody waits.
    const election = '{ leaseDuration: 3s, renewDeadline: 2s, retryPeriod: 500ms }';
    writeFileSync(
      file,
      `apiVersion: kubelab.dev/v1\nkind: Cluster\nspec:\n  store: ${store}\n  leaderElection: ${election}\n`,
    );
  });
  after(async () => {
    for (const cluster of clusters) await cluster.destroy();
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (...args: string[]): Promise<TestCluster> => {
    const [first] = clusters;
    const cluster = await TestCluster.start(['-f', file, ...args], first ? { base: first.base } : {});
    clusters.push(cluster);
    return cluster;
  };
  const says = (cluster: TestCluster, pattern: RegExp) =>
    eventually(`${pattern}`, async () => pattern.exec(cluster.output) ?? undefined);
  const pods = async (kubectl: Kubectl): Promise<Listed[]> => (await kubectl.json('get', 'pods')).items;
  const allReady = (kubectl: Kubectl, count: number) =>
    eventually(`${count} pods that are ready`, async () => {
      const found = await pods(kubectl);
      const isReady = ({ metadata, status }: Listed) =>
        !metadata.deletionTimestamp && status.containerStatuses?.every(({ ready }) => ready);
      if (found.length !== count || !found.every(isReady))
        throw new Error(JSON.stringify(found.map(({ status }) => status)));
      return found;
    });
  const holders = async (kubectl: Kubectl): Promise<string[]> => {
    const { items } = await kubectl.json('get', 'leases', '-n', 'kube-system');
    return items.map(({ spec }: { spec: { holderIdentity: string } }) => spec.holderIdentity.split('_')[1]);
  };
  const deploy = (kubectl: Kubectl, name: string, replicas = 3) =>
    kubectl.run('create', 'deployment', name, '--image=kubelab/web', `--replicas=${replicas}`);

  it('takes over when the first one is killed: each pod is there once, and is the one that it was', async () => {
    const first = await start();
    const second = await start('--as', 'second');
    await says(second, /^stands by: \S+_kubelab_\w+ leads$/m);
    const kubectl = Kubectl.any(second);
    await deploy(kubectl, 'web');
    await kubectl.run('expose', 'deployment', 'web', '--port=80', '--type=NodePort');
    const before = (await allReady(kubectl, 3)).map(({ metadata }) => metadata.uid);
    expect(await holders(kubectl)).to.deep.equal(['kubelab', 'kubelab']);

    // Some on their way when it is killed, some that nobody has looked at yet.
    await deploy(kubectl, 'halfway');
    process.kill(first.pid, 'SIGKILL');
    await deploy(kubectl, 'later');
    await says(second, /^leads$/m);
    const after = await allReady(kubectl, 9);
    expect(after.map(({ metadata }) => metadata.uid)).to.include.members(before);
    for (const uid of before) {
      const pod = after.find(({ metadata }) => metadata.uid === uid);
      expect(pod?.status.containerStatuses?.[0]?.restartCount, pod?.metadata.name).to.equal(1);
    }
    const created = (await kubectl.json('get', 'events', '--field-selector=reason=SuccessfulCreate')).items;
    expect(created, 'pods that were ever made').to.have.length(9);
    expect(
      await eventually('both', async () => ((await holders(kubectl)).every((one) => one === 'second') ? 2 : undefined)),
    ).to.equal(2);
    const port = await nodePortOf(kubectl, 'web');
    expect(await eventually('the page', () => fetchText(`http://127.0.0.1:${port}/`))).to.match(/^Hello from web-/);

    // The first one is back, and it is its turn to stand by; the second one ends in good order.
    const third = await start();
    await says(third, /^stands by: \S+_second_\w+ leads$/m);
    expect(await second.stop()).to.equal(0);
    await says(third, /^leads$/m);
    const last = Kubectl.any(third);
    await deploy(last, 'more');
    const uids = (await allReady(last, 12)).map(({ metadata }) => metadata.uid);
    expect(uids).to.include.members(after.map(({ metadata }) => metadata.uid));
  });
});
