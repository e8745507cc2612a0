import { expect } from 'chai';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import { schedulerRoundRobin } from '../../plugins/scheduler-round-robin/plugin.ts';
import { standardControllers, standardPlugins } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { Components } from '../model/component.ts';
import { findCondition } from '../model/conditions.ts';
import { Deployments } from '../model/deployment.ts';
import { Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { plugin } from './plugin.ts';

describe('cluster in virtual time', () => {
  let clock: VirtualClock;
  let cluster: Cluster;

  beforeEach(async () => {
    clock = new VirtualClock();
    cluster = await createCluster({
      plugins: [storeMemory(), schedulerResourceFit(), ...standardControllers(), runtimeMock()],
      nodes: 3,
      clock,
      seed: 7,
      registered: standardPlugins,
    });
  });

  afterEach(async () => {
    await ending(cluster.stop());
  });

  /** Virtual time goes on while something is awaited that needs it. */
  const ending = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    done.catch(() => {});
    while (!over) await clock.advance(100);
    return done;
  };

  const deploy = async (name: string, replicas: number): Promise<readonly Pod[]> => {
    const labels = { app: name };
    await cluster
      .client()
      .of(Deployments)
      .in('default')
      .create({
        metadata: { name },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
        },
      } as never);
    await clock.advance(10_000);
    return (
      await cluster
        .client()
        .of(Pods)
        .in('default')
        .list({ labelSelector: `app=${name}` })
    ).items;
  };
  const component = (name: string) => cluster.client().of(Components).get(name);

  it('runs a Deployment on its nodes', async () => {
    const pods = await deploy('web', 3);
    expect(pods.map(({ status }) => status?.phase)).to.deep.equal(['Running', 'Running', 'Running']);
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).to.equal(3);
  });

  it('shows what it is made of', async () => {
    const { spec, status } = await component('scheduler');
    expect(spec).to.include({ slot: 'Scheduler', plugin: 'scheduler-resource-fit' });
    expect(status?.state).to.equal('Running');
    expect((await component('node-2')).spec.plugin).to.equal('runtime-mock');
  });

  it('swaps a scheduler without losing a pod, and takes it back', async () => {
    const during = deploy('during', 12);
    const report = await cluster.swap('scheduler', schedulerRoundRobin());
    expect(report).to.include({ from: 'scheduler-resource-fit', to: 'scheduler-round-robin' });
    expect((await during).every(({ spec }) => spec.nodeName !== undefined)).to.equal(true);
    expect((await component('scheduler')).spec.plugin).to.equal('scheduler-round-robin');
    await cluster.undoSwap();
    expect((await component('scheduler')).spec.plugin).to.equal('scheduler-resource-fit');
  });

  it('keeps the old scheduler when the new one does not start, and says why', async () => {
    const broken = plugin({
      name: 'scheduler-broken',
      description: 'cannot be built',
      provides: [Scheduler],
      bind({ bind }) {
        bind(Scheduler).toResolvedValue((): Scheduler => {
          throw new Error('no such luck');
        });
      },
    });
    const error = await cluster.swap('scheduler', broken()).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.include('no such luck');
    const { spec, status } = await component('scheduler');
    expect(spec.plugin).to.equal('scheduler-resource-fit');
    expect(status).to.include({ state: 'Running' });
    expect(status?.message).to.include('scheduler-broken did not start').and.include('no such luck');
    expect((await deploy('after', 2)).every(({ spec: { nodeName } }) => nodeName !== undefined)).to.equal(true);
  });

  it('carries out what a client writes into a Component, by registered name only', async () => {
    await cluster
      .client()
      .of(Components)
      .patch('scheduler', { spec: { plugin: 'scheduler-round-robin' } });
    await clock.advance(1000);
    expect(cluster.find('scheduler').plugin).to.equal('scheduler-round-robin');
    await cluster
      .client()
      .of(Components)
      .patch('scheduler', { spec: { plugin: '/tmp/evil.ts' } });
    await clock.advance(1000);
    expect(cluster.find('scheduler').plugin).to.equal('scheduler-round-robin');
    expect((await component('scheduler')).status?.message).to.include('no plugin is called /tmp/evil.ts');
  });

  describe('towards clients that write Components', () => {
    const components = () => cluster.client().of(Components);
    const settled = () => clock.advance(1000);

    it('swaps by options alone, and tells a wrong option', async () => {
      await components().patch('scheduler', { spec: { options: { strategy: 'pack' } } });
      await settled();
      expect((await component('scheduler')).spec.options).to.deep.equal({ strategy: 'pack' });
      await components().patch('scheduler', { spec: { options: { strategy: 'sprad' } } });
      await settled();
      const { spec, status } = await component('scheduler');
      expect(spec.options).to.deep.equal({ strategy: 'pack' });
      expect(status?.message).to.match(/was not taken: plugin scheduler-resource-fit: option strategy must be one of/);
    });

    it('puts slot and path back, and runs what ran', async () => {
      await components().patch('scheduler', { spec: { slot: 'Proxy', path: '/tmp/evil.ts' } });
      await settled();
      const { spec, status } = await component('scheduler');
      expect(spec).to.deep.equal({ slot: 'Scheduler', plugin: 'scheduler-resource-fit' });
      expect(status?.state).to.equal('Running');
    });

    it('refuses a plugin for another slot', async () => {
      await components().patch('scheduler', { spec: { plugin: 'controller-node' } });
      await settled();
      const { spec, status } = await component('scheduler');
      expect(spec.plugin).to.equal('scheduler-resource-fit');
      expect(status?.message).to.include('provides Controller, not Scheduler');
    });

    it('brings a deleted object back: its component still runs', async () => {
      await components().delete('scheduler');
      await settled();
      expect((await component('scheduler')).status?.state).to.equal('Running');
    });

    it('says of an object without a component that nothing runs for it', async () => {
      await components().create({
        metadata: { name: 'schedulr' },
        spec: { slot: 'Scheduler', plugin: 'scheduler-round-robin' },
      } as never);
      await settled();
      const { status } = await component('schedulr');
      expect(status?.state).to.equal('Failed');
      expect(status?.message).to.match(/^this cluster has no component schedulr \(did you mean scheduler\?\)/);
      await components().delete('schedulr');
      await settled();
      expect((await components().list()).items.map(({ metadata }) => metadata.name)).not.to.include('schedulr');
    });

    it('goes on when it and a client write at the same time', async () => {
      const storm = Array.from({ length: 10 }, async (_, index) => {
        await components()
          .delete('scheduler')
          .catch(() => {});
        await components()
          .patch('scheduler', { spec: { plugin: index % 2 ? 'scheduler-round-robin' : 'scheduler-resource-fit' } })
          .catch(() => {});
      });
      await Promise.all(storm);
      await settled();
      expect((await component('scheduler')).spec.plugin).to.equal(cluster.find('scheduler').plugin);
      expect((await component('scheduler')).status?.state).to.equal('Running');
    });
  });

  it('says that a clock cannot be swapped', async () => {
    const error = await cluster.swap('clock', storeMemory()).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.match(/never changes/);
  });

  it('goes on with another store, object by object and number by number', async () => {
    const before = await deploy('web', 3);
    const revision = await cluster.store.revision();
    const report = await ending(cluster.swap('store', storeMemory()));
    expect(report).to.include({ component: 'store', from: 'store-memory', to: 'store-memory' });
    expect(await cluster.store.revision()).to.be.at.least(revision);
    const pods = cluster.client().of(Pods).in('default');
    for (const { metadata } of before) {
      expect((await pods.get(metadata.name)).metadata).to.include({ uid: metadata.uid });
    }
    expect(await deploy('more', 2)).to.have.length(2);
  });

  it('drains a node, changes its runtime, and lets it take pods again', async () => {
    await deploy('web', 3);
    await ending(cluster.swap('node-1', runtimeMock()));
    await clock.advance(30_000);
    const { items } = await cluster.client().of(Pods).in('default').list();
    expect(items.filter(({ status }) => status?.phase === 'Running')).to.have.length(3);
  });

  it('loses a node and gets it back: the API finds out by its silence, its pods are evicted and made elsewhere', async () => {
    await deploy('web', 3);
    const ready = async () =>
      findCondition((await cluster.client().of(Nodes).get('node-2')).status?.conditions, 'Ready')?.status;
    const on = async (node: string) => {
      const { items } = await cluster.client().of(Pods).in('default').list();
      return items.filter(({ spec, status }) => spec.nodeName === node && status?.phase === 'Running');
    };
    await cluster.stopNode('node-2');
    expect((await component('node-2')).status?.state).to.equal('Stopped');
    await clock.advance(25_000);
    expect(await ready()).to.equal('True');
    await clock.advance(20_000);
    expect(await ready()).to.equal('Unknown');
    await clock.advance(310_000);
    const [lost] = await on('node-2');
    expect(lost?.metadata.deletionTimestamp, 'nobody is there who could end it').to.be.a('string');
    expect([...(await on('node-1')), ...(await on('node-3'))]).to.have.length(3);

    await ending(cluster.startNode('node-2'));
    await clock.advance(20_000);
    expect(await ready()).to.equal('True');
    expect(await on('node-2')).to.deep.equal([]);
    expect((await component('node-2')).status?.state).to.equal('Running');
    const error = await cluster.stopNode('nod-2').catch((reason: Error) => reason.message);
    expect(error).to.match(/^no node is called nod-2 \(did you mean .*node-2/);
  });

  it('starts the containers of a node anew that was away for a moment', async () => {
    await deploy('web', 3);
    await cluster.stopNode('node-2');
    await ending(cluster.startNode('node-2'));
    await clock.advance(20_000);
    const { items } = await cluster.client().of(Pods).in('default').list();
    const [pod] = items.filter(({ spec }) => spec.nodeName === 'node-2');
    expect(pod?.status?.phase).to.equal('Running');
    expect(pod?.status?.containerStatuses?.[0]).to.deep.include({ ready: true });
    expect(pod?.metadata.deletionTimestamp).to.equal(undefined);
  });

  it('leaves nothing behind when it stops', async () => {
    await deploy('web', 2);
    await ending(cluster.stop());
    await clock.settle();
    expect(clock.next).to.equal(undefined);
  });
});
