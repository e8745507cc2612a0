// Budgets, and the pods whose evictions they allow: the controller beside the eviction subresource, in virtual time.

import { expect } from 'chai';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { Deployments } from '../../core/model/deployment.ts';
import type { Draft, KubeObject } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type PodDisruptionBudget, PodDisruptionBudgets } from '../../core/model/pod-disruption-budget.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import type { ApiError } from '../../core/model/status.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { pretendKubelet } from '../../core/testing/pretend-kubelet.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { DisruptionController } from './disruption-controller.ts';
import { StaleDisruption } from './stale-disruption.ts';

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const podSpec = { containers: [{ name: 'main', image: 'kubelab/web' }] };
const template = { metadata: { labels }, spec: podSpec };

const budget = (spec: object): Draft<PodDisruptionBudget> => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector, ...spec },
});

const pod = (name: string, owner?: KubeObject): Draft<Pod> => ({
  metadata: {
    name,
    namespace: 'default',
    labels,
    ...(owner && {
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
        },
      ],
    }),
  },
  spec: podSpec,
});

describe('disruption controller', () => {
  let world: TestWorld;
  let told: string[];

  beforeEach(async () => {
    told = [];
    world = new TestWorld((clock) => new MemoryStore(clock));
    const recorder: Pick<EventRecorder, 'event'> = {
      event: (_about, type, reason, message) => void told.push(`${type} ${reason}: ${message}`),
    };
    const { faulty: client, clock } = world;
    await world.run(new DisruptionController({ client, clock, recorder }), new StaleDisruption(client, clock));
  });
  afterEach(() => world.close());

  const budgets = () => world.client.of(PodDisruptionBudgets).in('default');
  const pods = () => world.client.of(Pods).in('default');
  const get = () => budgets().get('web');
  const ready = async (...sick: string[]) => {
    await pretendKubelet(world, ({ metadata }) => !sick.includes(metadata.name));
    await world.settle();
  };
  /** `allowed current/desired of expected` */
  const shown = async () => {
    const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = (await get()).status!;
    return `${disruptionsAllowed} ${currentHealthy}/${desiredHealthy} of ${expectedPods}`;
  };
  const evict = (name: string) =>
    pods()
      .post(name, 'eviction', { metadata: { name } })
      .then(
        () => 'evicted',
        (error: ApiError) => error.status.details?.causes?.[0]?.message,
      );
  const replicaSet = (name: string, replicas: number, owner?: KubeObject) =>
    world.client
      .of(ReplicaSets)
      .in('default')
      .create({
        metadata: {
          name,
          ...(owner && {
            ownerReferences: [
              { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner.metadata.uid, controller: true },
            ],
          }),
        },
        spec: { replicas, selector, template },
      } as Draft<ReplicaSet>);

  it('counts pods without controllers where the budget is a number', async () => {
    await budgets().create(budget({ minAvailable: 2 }));
    await world.settle();
    expect(await shown()).to.equal('0 0/2 of 0');
    expect(told).to.include('Normal NoPods: No matching pods found');
    for (const name of ['a', 'b', 'c']) await pods().create(pod(name));
    await ready('c');
    expect(await shown()).to.equal('0 2/2 of 3');
    expect(findCondition((await get()).status?.conditions, 'DisruptionAllowed')).to.include({
      status: 'False',
      reason: 'InsufficientPods',
      observedGeneration: 1,
    });
    await ready();
    expect(await shown()).to.equal('1 3/2 of 3');
    expect(findCondition((await get()).status?.conditions, 'DisruptionAllowed')).to.include({
      status: 'True',
      reason: 'SufficientPods',
    });
  });

  it('takes shares of what the controllers want, rounded up', async () => {
    const web = await replicaSet('web', 5);
    for (const name of ['a', 'b', 'c']) await pods().create(pod(name, web));
    await budgets().create(budget({ minAvailable: '50%' }));
    await ready();
    expect(await shown()).to.equal('0 3/3 of 5');
    await budgets().patch('web', { spec: { minAvailable: null, maxUnavailable: '50%' } });
    await world.settle();
    expect(await shown()).to.equal('1 3/2 of 5');
    expect((await get()).status?.observedGeneration).to.equal(2);
    await budgets().patch('web', { spec: { maxUnavailable: 4 } });
    await world.settle();
    expect(await shown()).to.equal('2 3/1 of 5');
    await world.client
      .of(ReplicaSets)
      .in('default')
      .patch('web', { spec: { replicas: 4 } });
    await world.settle();
    expect(await shown()).to.equal('3 3/0 of 4');
  });

  it('counts a Deployment once, whose pods are of two ReplicaSets', async () => {
    const deployment = await world.client
      .of(Deployments)
      .in('default')
      .create({ metadata: { name: 'web' }, spec: { replicas: 4, selector, template } });
    const sets = [await replicaSet('old', 1, deployment), await replicaSet('new', 3, deployment)];
    for (const [at, set] of sets.entries()) await pods().create(pod(`pod-${at}`, set));
    await budgets().create(budget({ maxUnavailable: 1 }));
    await ready();
    expect(await shown()).to.equal('0 2/3 of 4');
  });

  it('tells of pods that it cannot count, and of pods without controller', async () => {
    await pods().create(pod('a', { metadata: { name: 'gone', uid: 'gone' } } as KubeObject));
    await budgets().create(budget({ maxUnavailable: 1 }));
    await ready();
    expect(await shown()).to.match(/^0 /);
    expect(findCondition((await get()).status?.conditions, 'DisruptionAllowed')).to.include({
      status: 'False',
      reason: 'SyncFailed',
      message: 'found no controllers for pod "a"',
    });
    expect(await evict('a')).to.match(/still being processed/);
    await pods().delete('a', { gracePeriodSeconds: 0 });
    await pods().create(pod('b'));
    await ready();
    expect(await shown()).to.equal('0 1/0 of 0');
    expect(told.some((line) => line.startsWith('Warning UnmanagedPods: Pods selected by this'))).to.equal(true);
  });

  it('lets so many be evicted, and the next when another is Ready in its place', async () => {
    await budgets().create(budget({ minAvailable: 2 }));
    for (const name of ['a', 'b', 'c']) await pods().create(pod(name));
    await ready();
    expect(await evict('a')).to.equal('evicted');
    expect(await evict('b')).to.match(/^The disruption budget web needs 2 healthy pods and has [23] currently$/);
    await world.settle();
    expect(await shown()).to.equal('0 2/2 of 3');
    expect((await get()).status?.disruptedPods).to.equal(undefined);
    expect(await evict('b')).to.equal('The disruption budget web needs 2 healthy pods and has 2 currently');
    await ready();
    await pods().create(pod('d'));
    await ready();
    expect(await evict('b')).to.equal('evicted');
  });

  it('awaits a pod whose eviction was allowed for two minutes, and no longer', async () => {
    await budgets().create(budget({ minAvailable: 1 }));
    for (const name of ['a', 'b']) await pods().create(pod(name));
    await ready();
    const now = new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    await budgets().status.patch('web', { status: { disruptedPods: { a: now, gone: now } } }, { type: 'merge' });
    await world.settle();
    expect(await shown()).to.equal('0 1/1 of 2');
    expect((await get()).status?.disruptedPods).to.deep.equal({ a: now });
    await world.clock.advance(121_000);
    expect(await shown()).to.equal('1 2/1 of 2');
    expect((await get()).status?.disruptedPods).to.equal(undefined);
    expect(told).to.include("Warning NotDeleted: Pod was expected by PDB default/web to be deleted but it wasn't");
  });

  it('takes the word back from a pod that was told to go and did not', async () => {
    await pods().create(pod('a'));
    await ready();
    const lastTransitionTime = new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      lastTransitionTime,
    };
    await pods().status.patch('a', { status: { conditions: [condition] } }, { type: 'strategic' });
    const target = async () => findCondition((await pods().get('a')).status?.conditions, 'DisruptionTarget');
    await world.clock.advance(110_000);
    expect((await target())?.status).to.equal('True');
    await world.clock.advance(11_000);
    expect(await target()).to.include({ status: 'False' });
    expect(await target()).not.to.have.property('reason');
  });
});

describeController('disruption', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty: client, clock }) => new DisruptionController({ client, clock, recorder: { event: () => {} } }),
  begin: async ({ client }) => {
    const set = await client
      .of(ReplicaSets)
      .in('default')
      .create({ metadata: { name: 'web' }, spec: { replicas: 3, selector, template } } as Draft<ReplicaSet>);
    for (const name of ['a', 'b', 'c']) await client.of(Pods).in('default').create(pod(name, set));
    await client
      .of(PodDisruptionBudgets)
      .in('default')
      .create(budget({ maxUnavailable: '40%' }));
  },
  others: (plane) => pretendKubelet(plane),
  holds: async ({ client }) => {
    const { status } = await client.of(PodDisruptionBudgets).in('default').get('web');
    return status?.disruptionsAllowed === 2 && status.desiredHealthy === 1 && status.expectedPods === 3;
  },
}));
