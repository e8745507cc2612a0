// A big cluster in virtual time: hundreds of nodes and thousands of pods come up, a rolling update goes through, and
// nothing is left behind. How fast that is, labs/bench/scale.ts measures. Small in every run, big when all tests are asked for.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../core/cluster/cluster.ts';
import { Deployments } from '../core/model/deployment.ts';
import { Leases } from '../core/model/lease.ts';
import { Nodes } from '../core/model/node.ts';
import { type Pod, Pods } from '../core/model/pod.ts';
import { allTests } from '../core/testing/runs.ts';
import { VirtualClock } from '../core/time/virtual-clock.ts';
import { runtimeMock } from './runtime-mock/plugin.ts';
import { schedulerDefault } from './scheduler-default/plugin.ts';
import { standardControllers } from './standard.ts';
import { storeMemory } from './store-memory/plugin.ts';

const nodes = allTests ? 1000 : 60;
const replicas = allTests ? 3000 : 180;

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image, resources: { requests: { cpu: '100m' } } }] },
});

describe('a big cluster in virtual time', function () {
  this.timeout(300_000);
  let clock: VirtualClock;
  let cluster: Cluster;

  const lived = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    while (!over) await clock.advance(10);
    return work;
  };
  const pods = async () => (await cluster.client().of(Pods).in('default').list()).items;
  const isReady = ({ status }: Pod) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
  const until = async (holds: () => Promise<boolean>) => {
    const limit = clock.now() + 600_000;
    while (!(await holds())) {
      expect(clock.now()).to.be.lessThan(limit, 'ten minutes of virtual time');
      await clock.advance(1000);
    }
  };

  beforeEach(async () => {
    clock = new VirtualClock();
    const plugins = [storeMemory(), schedulerDefault(), ...standardControllers(), runtimeMock()];
    cluster = await lived(createCluster({ plugins, nodes, clock, seed: 'big' }));
  });

  afterEach(async () => {
    await lived(cluster.stop());
    expect(clock.next, 'nothing waits for a time to come').to.equal(undefined);
  });

  it(`${nodes} nodes run ${replicas} pods, a rolling update goes through, and all nodes live on`, async () => {
    const client = cluster.client();
    const deployments = client.of(Deployments).in('default');
    const spec = { replicas, selector: { matchLabels: { app: 'web' } }, template: template('web:1') };
    await deployments.create({ metadata: { name: 'web' }, spec } as never);
    await until(async () => (await pods()).filter(isReady).length === replicas);
    const perNode = new Map<string | undefined, number>();
    for (const { spec: of } of await pods()) perNode.set(of.nodeName, (perNode.get(of.nodeName) ?? 0) + 1);
    expect(perNode.size, 'every node has its share').to.equal(nodes);

    await deployments.patch('web', { spec: { template: template('web:2') } });
    await until(async () => {
      const all = await pods();
      const isNew = (pod: Pod) => isReady(pod) && pod.spec.containers[0]?.image === 'web:2';
      return all.length === replicas && all.every(isNew);
    });

    await clock.advance(60_000);
    const { items: leases } = await client.of(Leases).in('kube-node-lease').list();
    expect(leases).to.have.length(nodes);
    for (const { spec: lease } of leases) {
      const age = clock.now() - Date.parse(lease?.renewTime ?? '');
      expect(age).to.be.at.most(10_400);
    }
    const { items } = await client.of(Nodes).list();
    const lives = items.filter((node) =>
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    expect(lives).to.have.length(nodes);
  });
});
