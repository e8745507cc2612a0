// Jobs, CronJobs, DaemonSets and StatefulSets in a whole cluster in virtual time: the controllers with the scheduler, kubelets
// and the garbage collector.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../core/cluster/cluster.ts';
import { CronJobs, DaemonSets, type Job, Jobs, Nodes, Pods, StatefulSets } from '../core/model/index.ts';
import { VirtualClock } from '../core/time/virtual-clock.ts';
import { runtimeMock } from './runtime-mock/plugin.ts';
import { schedulerDefault } from './scheduler-default/plugin.ts';
import { standardControllers } from './standard.ts';
import { storeMemory } from './store-memory/plugin.ts';

const containers = [{ name: 'main', image: 'busybox' }];
const labels = { app: 'web' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers } };
const ends = (what: Record<string, string>) => ({
  metadata: {
    annotations: Object.fromEntries(Object.entries(what).map(([key, value]) => [`mock.kubelab.dev/${key}`, value])),
  },
  spec: { containers, restartPolicy: 'Never' },
});

describe('workloads in a whole cluster', () => {
  let clock: VirtualClock;
  let cluster: Cluster;

  before(async () => {
    clock = new VirtualClock();
    const plugins = [storeMemory(), schedulerDefault(), ...standardControllers(), runtimeMock()];
    const starting = createCluster({ plugins, nodes: 2, clock, seed: 1 });
    await clock.settle();
    cluster = await starting;
    await clock.advance(2000);
  });
  after(async () => {
    const stopping = cluster.stop();
    await clock.advance(60_000);
    await stopping;
  });

  const of = <T extends Parameters<ReturnType<Cluster['client']>['of']>[0]>(kind: T) =>
    cluster.client().of(kind).in('default');
  const pods = async (labelSelector: string) =>
    (await cluster.client().of(Pods).in('default').list({ labelSelector })).items;
  const jobs = () => cluster.client().of(Jobs).in('default');
  const state = (job: Job) => (job.status?.conditions ?? []).map(({ type }) => type).at(-1);

  it('a Job runs to its end; deleted, it takes its pods with it', async () => {
    const spec = { completions: 4, parallelism: 2, completionMode: 'Indexed', template: ends({ 'run-for': '5s' }) };
    await jobs().create({ metadata: { name: 'pi' }, spec });
    await clock.advance(20_000);
    const job = await jobs().get('pi');
    expect(job.status).to.include({ succeeded: 4, completedIndexes: '0-3', ready: 0 });
    expect(state(job)).to.equal('Complete');
    await jobs().delete('pi', { propagationPolicy: 'Background' });
    await clock.advance(3000);
    expect(await pods('job-name=pi')).to.deep.equal([]);
  });

  it('a Job whose pods fail gives up', async () => {
    await jobs().create({ metadata: { name: 'bad' }, spec: { backoffLimit: 1, template: ends({ 'exit-code': '1' }) } });
    await clock.advance(60_000);
    const job = await jobs().get('bad');
    expect(state(job)).to.equal('Failed');
    expect(job.status).to.include({ failed: 2 });
  });

  it('a CronJob makes Jobs, and keeps the last three', async () => {
    const spec = { schedule: '*/2 * * * *', jobTemplate: { spec: { template: ends({ 'run-for': '5s' }) } } };
    await cluster
      .client()
      .of(CronJobs)
      .in('default')
      .create({ metadata: { name: 'tick' }, spec });
    await clock.advance(11 * 60_000);
    const made = (await jobs().list()).items.filter(({ metadata }) => metadata.name.startsWith('tick-'));
    expect(made.map(state)).to.deep.equal(['Complete', 'Complete', 'Complete']);
    await of(CronJobs).delete('tick', { propagationPolicy: 'Background' });
    await clock.advance(3000);
    expect((await jobs().list()).items.map(({ metadata }) => metadata.name)).to.deep.equal(['bad']);
  });

  it('a DaemonSet has a pod on each node, also on one that is cordoned', async () => {
    await cluster
      .client()
      .of(Nodes)
      .patch('node-2', { spec: { unschedulable: true } });
    await cluster
      .client()
      .of(DaemonSets)
      .in('default')
      .create({ metadata: { name: 'agent' }, spec: { selector, template } });
    await clock.advance(5000);
    const placed = async () => (await pods('app=web')).map(({ spec }) => spec.nodeName).sort();
    expect(await placed()).to.deep.equal(['node-1', 'node-2']);
    await of(DaemonSets).delete('agent', { propagationPolicy: 'Foreground' });
    await clock.advance(40_000);
    expect(await placed()).to.deep.equal([]);
    await cluster
      .client()
      .of(Nodes)
      .patch('node-2', { spec: { unschedulable: false } });
  });

  it('a StatefulSet numbers its pods, and finds them again', async () => {
    const spec = { replicas: 2, serviceName: 'db', selector, template };
    await cluster
      .client()
      .of(StatefulSets)
      .in('default')
      .create({ metadata: { name: 'db' }, spec });
    await clock.advance(10_000);
    const names = async () => (await pods('app=web')).map(({ metadata }) => metadata.name);
    expect(await names()).to.deep.equal(['db-0', 'db-1']);
    const [, before] = await pods('app=web');
    await of(Pods).delete('db-1');
    await clock.advance(40_000);
    const [, after] = await pods('app=web');
    expect([before?.metadata.name, after?.metadata.name]).to.deep.equal(['db-1', 'db-1']);
    expect(after?.metadata.uid).not.to.equal(before?.metadata.uid);
    expect(after?.status?.phase).to.equal('Running');
  });
});
