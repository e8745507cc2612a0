import { expect } from 'chai';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { Events } from '../../core/model/event.ts';
import { controllerOf, type Draft } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import { type ReplicationController, ReplicationControllers } from '../../core/model/replication-controller.ts';
import { ApiError } from '../../core/model/status.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { pretendKubelet } from '../../core/testing/pretend-kubelet.ts';
import { eachTestRuns } from '../running-controller.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { replicaSetFlavour, replicationControllerFlavour } from './flavour.ts';
import { ReplicaController } from './replica-controller.ts';

const template = (labels: Record<string, string> = { app: 'web' }) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image: 'kubelab/web' }] },
});

const replicaSet = (replicas: number, spec: object = {}): Draft<ReplicaSet> =>
  ({
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
  }) as Draft<ReplicaSet>;

const replicationController = (replicas: number): Draft<ReplicationController> =>
  ({
    metadata: { name: 'old', namespace: 'default' },
    spec: { replicas, selector: { app: 'old' }, template: template({ app: 'old' }) },
  }) as Draft<ReplicationController>;

const makeReplicaSetController = ({ faulty: client, clock, random }: ControlPlane) =>
  new ReplicaController(replicaSetFlavour, {
    client,
    clock,
    recorder: new EventRecorder({ client, clock, random, component: 'replicaset-controller' }),
  });

const podsOf = async ({ client }: ControlPlane) => (await client.of(Pods).in('default').list()).items;

describeController('replicaset', () => ({
  store: (clock) => new MemoryStore(clock),
  make: makeReplicaSetController,
  begin: ({ client }) => client.of(ReplicaSets).create(replicaSet(3)),
  others: pretendKubelet,
  holds: async (plane) => {
    const { status } = await plane.client.of(ReplicaSets).in('default').get('web');
    return (await podsOf(plane)).length === 3 && status?.availableReplicas === 3;
  },
}));

describeController('replicationcontroller', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty: client, clock, random }) =>
    new ReplicaController(replicationControllerFlavour, {
      client,
      clock,
      recorder: new EventRecorder({ client, clock, random, component: 'replication-controller' }),
    }),
  begin: ({ client }) => client.of(ReplicationControllers).create(replicationController(2)),
  others: pretendKubelet,
  holds: async (plane) => {
    const { status } = await plane.client.of(ReplicationControllers).in('default').get('old');
    return (await podsOf(plane)).length === 2 && status?.readyReplicas === 2;
  },
}));

describe('ReplicaSet controller', () => {
  let plane: ControlPlane;
  eachTestRuns(makeReplicaSetController, (one) => {
    plane = one;
  });

  const create = (replicas: number, spec?: object) => plane.client.of(ReplicaSets).create(replicaSet(replicas, spec));
  const status = async () => (await plane.client.of(ReplicaSets).in('default').get('web')).status;
  const scale = (replicas: number) => plane.client.of(ReplicaSets).in('default').patch('web', { spec: { replicas } });
  /** Lets everybody act for two seconds. */
  const pass = async () => {
    await plane.clock.advance(1000);
    await pretendKubelet(plane);
    await plane.clock.advance(1000);
  };
  const messages = async (reason: string) => {
    await plane.clock.settle();
    const { items } = await plane.client.of(Events).in('default').list();
    return items.filter((event) => event.reason === reason).map((event) => event.message);
  };

  it('creates pods with name, labels, owner, and says so', async () => {
    const owner = await create(2);
    await plane.clock.advance(1);
    const pods = await podsOf(plane);
    expect(pods).to.have.length(2);
    for (const pod of pods) {
      expect(pod.metadata.name).to.match(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(pod.metadata.labels).to.deep.equal({ app: 'web' });
      expect(controllerOf(pod)).to.deep.equal({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: owner.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      });
    }
    expect(await messages('SuccessfulCreate')).to.have.members(pods.map((pod) => `Created pod: ${pod.metadata.name}`));
    expect(await status()).to.deep.equal({ replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 1 });
    await pass();
    expect(await status()).to.deep.equal({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 1,
    });
  });

  it('replaces a pod that was deleted, failed, or lost its label', async () => {
    await create(3);
    await pass();
    const [first, second, third] = (await podsOf(plane)).map((pod) => pod.metadata.name) as [string, string, string];
    const pods = plane.client.of(Pods).in('default');
    await pods.delete(first);
    await pods.status.patch(second, { status: { phase: 'Failed' } });
    await pods.patch(third, { metadata: { labels: { app: 'other' } } });
    await pass();
    const now = await podsOf(plane);
    expect(now.filter((pod) => pod.metadata.labels?.app === 'web' && pod.status?.phase === 'Running')).to.have.length(
      3,
    );
    const released = now.find((pod) => pod.metadata.name === third) as Pod;
    expect(released.metadata.ownerReferences ?? []).to.deep.equal([]);
  });

  it('does not count a terminating pod, and creates the next one at once', async () => {
    await create(1);
    await pass();
    const [pod] = await podsOf(plane);
    await plane.client.of(Pods).in('default').delete(pod!.metadata.name);
    await plane.clock.advance(1);
    expect(await podsOf(plane)).to.have.length(2);
    expect((await status())?.replicas).to.equal(1);
  });

  it('adopts a pod that its selector matches, and leaves those of others alone', async () => {
    const pods = plane.client.of(Pods).in('default');
    const spec = { containers: [{ name: 'main', image: 'kubelab/web' }] } as unknown as Pod['spec'];
    await pods.create({ metadata: { name: 'mine', labels: { app: 'web' } }, spec });
    const owner = { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'x', controller: true };
    await pods.create({ metadata: { name: 'theirs', labels: { app: 'web' }, ownerReferences: [owner] }, spec });
    const web = await create(2);
    await plane.clock.advance(1);
    const after = await podsOf(plane);
    expect(after).to.have.length(3);
    const uidOf = (name: string) => controllerOf(after.find((pod) => pod.metadata.name === name) as Pod)?.uid;
    expect(uidOf('mine')).to.equal(web.metadata.uid);
    expect(uidOf('theirs')).to.equal('x');
  });

  it('scales down: pods that do least go first', async () => {
    await create(3);
    await pass();
    const ready = (await podsOf(plane)).map((pod) => pod.metadata.name);
    await scale(5);
    await plane.clock.advance(1);
    await scale(3);
    await plane.clock.advance(1);
    expect((await podsOf(plane)).map((pod) => pod.metadata.name)).to.have.members(ready);
    expect(await messages('SuccessfulDelete')).to.have.length(2);
  });

  it('counts pods as available only after minReadySeconds', async () => {
    await create(1, { minReadySeconds: 10 });
    await pass();
    expect(await status()).to.include({ readyReplicas: 1 });
    expect(await status()).not.to.have.property('availableReplicas');
    await plane.clock.advance(11_000);
    expect(await status()).to.include({ readyReplicas: 1, availableReplicas: 1 });
  });

  it('asks a few times, not five hundred times, when pods cannot be created, and says so', async () => {
    let asked = 0;
    plane.faulty.before = ({ verb, resource }) => {
      if (verb !== 'create' || resource.plural !== 'pods') return;
      asked += 1;
      throw new ApiError(403, 'Forbidden', 'pods "web-" is forbidden: exceeded quota');
    };
    await create(500);
    await plane.clock.settle();
    // Once, and once more since its own status changed.
    expect(asked).to.equal(2);
    expect((await status())?.conditions).to.deep.equal([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "web-" is forbidden: exceeded quota',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
    expect((await messages('FailedCreate'))[0]).to.equal('Error creating: pods "web-" is forbidden: exceeded quota');
    plane.faulty.before = () => {};
    await plane.clock.advance(60_000);
    expect(await podsOf(plane)).to.have.length(500);
    expect((await status())?.conditions ?? []).to.deep.equal([]);
  });

  it('creates 1000 pods without one too many', async () => {
    await create(1000);
    await plane.clock.advance(5000);
    expect(await podsOf(plane)).to.have.length(1000);
    expect((await status())?.replicas).to.equal(1000);
  });

  it('makes and deletes no pod too many while its cache is late', async () => {
    const calls = { create: 0, delete: 0 };
    plane.faulty.before = ({ verb, resource }) => {
      if (resource.plural === 'pods' && (verb === 'create' || verb === 'delete')) calls[verb] += 1;
    };
    plane.faulty.lateness = 700;
    await create(5);
    for (let poke = 0; poke < 10; poke += 1) {
      await plane.clock.advance(100);
      await plane.client
        .of(ReplicaSets)
        .in('default')
        .patch('web', { metadata: { labels: { poke: String(poke) } } });
    }
    await plane.clock.advance(5000);
    expect(calls).to.deep.equal({ create: 5, delete: 0 });
    await scale(2);
    for (let poke = 0; poke < 10; poke += 1) {
      await plane.clock.advance(100);
      await plane.client
        .of(ReplicaSets)
        .in('default')
        .patch('web', { metadata: { labels: { poke: `again-${poke}` } } });
    }
    await plane.clock.advance(5000);
    expect(calls).to.deep.equal({ create: 5, delete: 3 });
  });

  it('leaves the pods alone while it is being deleted itself', async () => {
    await create(2);
    await pass();
    await plane.client.of(ReplicaSets).in('default').delete('web', { propagationPolicy: 'Foreground' });
    await plane.clock.advance(1);
    await plane.client.of(Pods).in('default').deleteCollection({ gracePeriodSeconds: 0 });
    await pass();
    expect(await podsOf(plane)).to.have.length(0);
  });
});
