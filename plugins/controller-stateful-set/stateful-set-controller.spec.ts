import { expect } from 'chai';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { ControllerRevisions } from '../../core/model/controller-revision/controller-revision.ts';
import { Events } from '../../core/model/event.ts';
import { controllerOf, type Draft } from '../../core/model/meta.ts';
import { PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type StatefulSet, StatefulSets } from '../../core/model/stateful-set/stateful-set.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { pretendKubelet } from '../../core/testing/pretend-kubelet.ts';
import { eachTestRuns } from '../running-controller.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { StatefulSetController } from './stateful-set-controller.ts';

const claim = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

const statefulSet = (spec: object = {}): Draft<StatefulSet> =>
  ({
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db:1' }] },
      },
      ...spec,
    },
  }) as unknown as Draft<StatefulSet>;

const makeController = ({ faulty: client, clock, random }: ControlPlane) =>
  new StatefulSetController({
    client,
    clock,
    recorder: new EventRecorder({ client, clock, random, component: 'statefulset-controller' }),
  });

const podsOf = async ({ client }: ControlPlane) => (await client.of(Pods).in('default').list()).items;

describeController('statefulset', () => ({
  store: (clock) => new MemoryStore(clock),
  make: makeController,
  begin: ({ client }) => client.of(StatefulSets).create(statefulSet({ volumeClaimTemplates: [claim] })),
  others: (plane) => pretendKubelet(plane),
  holds: async (plane) => {
    const { status } = await plane.client.of(StatefulSets).in('default').get('db');
    const names = (await podsOf(plane)).map(({ metadata }) => metadata.name);
    const claims = (await plane.client.of(PersistentVolumeClaims).in('default').list()).items;
    return names.join() === 'db-0,db-1,db-2' && claims.length === 3 && status?.availableReplicas === 3;
  },
}));

describe('StatefulSet controller', () => {
  let plane: ControlPlane;
  eachTestRuns(makeController, (one) => {
    plane = one;
  });

  const door = () => plane.client.of(StatefulSets).in('default');
  const create = (spec?: object) => door().create(statefulSet(spec));
  const status = async () => (await door().get('db')).status;
  const scale = (replicas: number) => door().patch('db', { spec: { replicas } });
  const setImage = (image: string) =>
    door().patch('db', { spec: { template: { spec: { containers: [{ name: 'db', image }] } } } });
  const pass = async (times = 1, healthy?: (pod: Pod) => boolean) => {
    for (let time = 0; time < times; time += 1) {
      await plane.clock.advance(500);
      await pretendKubelet(plane, healthy);
    }
    await plane.clock.advance(500);
  };
  /** `0:1 1:2`: number and image's tag of each pod that stays. */
  const placed = async () =>
    (await podsOf(plane))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, spec }) => `${metadata.name.slice(3)}:${spec.containers[0]?.image.split(':')[1]}`)
      .join(' ');
  const claims = async () => (await plane.client.of(PersistentVolumeClaims).in('default').list()).items;
  const revisions = async () => (await plane.client.of(ControllerRevisions).in('default').list()).items;
  const events = async () =>
    (await plane.client.of(Events).in('default').list()).items.map(({ reason, message }) => `${reason} ${message}`);

  it('makes pods in order, each when the one before serves', async () => {
    const { metadata } = await create();
    await plane.clock.advance(1000);
    expect(await placed()).to.equal('0:1');
    await pass(1, () => false);
    expect(await placed()).to.equal('0:1');
    await pass();
    expect(await placed()).to.equal('0:1 1:1');
    await pass(2);
    expect(await placed()).to.equal('0:1 1:1 2:1');
    const [revision] = await revisions();
    const pod = (await podsOf(plane))[1] as Pod;
    expect(controllerOf(pod)?.uid).to.equal(metadata.uid);
    expect(pod.metadata.labels).to.deep.equal({
      app: 'db',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': revision?.metadata.name,
      'statefulset.kubernetes.io/pod-name': 'db-1',
    });
    expect(pod.spec).to.include({ hostname: 'db-1', subdomain: 'db' });
    expect(await status()).to.deep.equal({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision?.metadata.name,
      updateRevision: revision?.metadata.name,
      collisionCount: 0,
      availableReplicas: 3,
    });
    expect(await events()).to.deep.equal(
      [0, 1, 2].map((i) => `SuccessfulCreate create Pod db-${i} in StatefulSet db successful`),
    );
  });

  it('Parallel: all at once', async () => {
    await create({ podManagementPolicy: 'Parallel' });
    await plane.clock.advance(1000);
    expect(await placed()).to.equal('0:1 1:1 2:1');
    await pass();
    await scale(0);
    await pass(1);
    expect(await placed()).to.equal('');
  });

  it('gives each pod a claim of its own, which waits for its return', async () => {
    await create({ volumeClaimTemplates: [claim] });
    await pass(4);
    expect((await claims()).map(({ metadata }) => metadata.name)).to.deep.equal([
      'data-db-0',
      'data-db-1',
      'data-db-2',
    ]);
    const [pod] = (await podsOf(plane)) as [Pod];
    expect(pod.spec.volumes).to.deep.equal([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }]);
    expect((await claims())[0]?.metadata.labels).to.deep.equal({ app: 'db' });
    await plane.client.of(Pods).in('default').delete('db-1');
    await scale(1);
    await pass(6);
    expect(await placed()).to.equal('0:1');
    expect(await claims()).to.have.length(3);
    for (const { metadata } of await claims()) expect(metadata.ownerReferences ?? []).to.deep.equal([]);
    expect(await events()).to.include('SuccessfulCreate create Claim data-db-0 Pod db-0 in StatefulSet db success');
  });

  it('retention: claims that go with the set, or with the pod that is not wanted any more', async () => {
    const policy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
    const { metadata } = await create({
      replicas: 2,
      volumeClaimTemplates: [claim],
      persistentVolumeClaimRetentionPolicy: policy,
    });
    await pass(4);
    for (const one of await claims()) expect(controllerOf(one)?.uid).to.equal(metadata.uid);
    const second = (await podsOf(plane))[1] as Pod;
    await scale(1);
    await pass(1);
    const [first, last] = await claims();
    expect(controllerOf(first!)?.uid).to.equal(metadata.uid);
    expect(controllerOf(last!)).to.include({ kind: 'Pod', name: 'db-1', uid: second.metadata.uid });
    await door().patch('db', { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } } });
    await pass(2);
    expect((await claims())[0]?.metadata.ownerReferences ?? []).to.deep.equal([]);
  });

  it('takes the highest away first, one by one', async () => {
    await create();
    await pass(4);
    await scale(1);
    const seen: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      await plane.clock.advance(500);
      seen.push(await placed());
      await pretendKubelet(plane);
    }
    expect(seen).to.deep.equal(['0:1 1:1', '0:1', '0:1', '0:1']);
  });

  it('makes a pod of the same name again when it was deleted, or has failed', async () => {
    await create();
    await pass(4);
    const pods = plane.client.of(Pods).in('default');
    const before = await pods.get('db-1');
    await pods.delete('db-1');
    await pass(3);
    expect((await pods.get('db-1')).metadata.uid).not.to.equal(before.metadata.uid);
    await pods.status.patch('db-0', { status: { phase: 'Failed' } });
    await pass(4);
    expect(await placed()).to.equal('0:1 1:1 2:1');
    expect(await status()).to.include({ availableReplicas: 3 });
    expect(await events()).to.include('RecreatingFailedPod StatefulSet default/db is recreating failed Pod db-0');
  });

  it('updates from the highest down, one at a time', async () => {
    await create();
    await pass(4);
    await setImage('db:2');
    const seen = new Set<string>();
    for (let step = 0; step < 14; step += 1) {
      await plane.clock.advance(500);
      seen.add(await placed());
      await pretendKubelet(plane);
    }
    await plane.clock.advance(500);
    expect([...seen]).to.deep.equal(['0:1 1:1', '0:1 1:1 2:2', '0:1 2:2', '0:1 1:2 2:2', '1:2 2:2', '0:2 1:2 2:2']);
    const { currentRevision, updateRevision, updatedReplicas } = (await status())!;
    expect([updatedReplicas, currentRevision]).to.deep.equal([3, updateRevision]);
  });

  it('partition: only the upper ones are updated, and lower ones come back as they were', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await pass(4);
    await setImage('db:2');
    await pass(6);
    expect(await placed()).to.equal('0:1 1:1 2:2');
    expect(await status()).to.include({ currentReplicas: 2, updatedReplicas: 1 });
    await plane.client.of(Pods).in('default').delete('db-0');
    await pass(3);
    expect(await placed()).to.equal('0:1 1:1 2:2');
    await door().patch('db', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await pass(8);
    expect(await placed()).to.equal('0:2 1:2 2:2');
  });

  it('OnDelete: updates a pod when somebody deletes it', async () => {
    await create({ replicas: 2, updateStrategy: { type: 'OnDelete' } });
    await pass(3);
    await setImage('db:2');
    await pass(3);
    expect(await placed()).to.equal('0:1 1:1');
    await plane.client.of(Pods).in('default').delete('db-0');
    await pass(3);
    expect(await placed()).to.equal('0:2 1:1');
  });

  it('goes back: the old revision gets the greatest number', async () => {
    await create({ replicas: 1 });
    await pass(2);
    await setImage('db:2');
    await pass(3);
    await setImage('db:1');
    await pass(3);
    expect(await placed()).to.equal('0:1');
    expect((await revisions()).map(({ revision }) => revision).sort()).to.deep.equal([2, 3]);
  });

  it('an update that does not become ready stops at its first pod', async () => {
    await create();
    await pass(4);
    await setImage('db:bad');
    await pass(6, ({ spec }) => spec.containers[0]?.image !== 'db:bad');
    expect(await placed()).to.equal('0:1 1:1 2:bad');
  });

  it('begins with another number, and waits for minReadySeconds', async () => {
    await create({ replicas: 2, ordinals: { start: 5 }, minReadySeconds: 10 });
    await pass(2);
    expect(await placed()).to.equal('5:1');
    await plane.clock.advance(10_000);
    await pass(1);
    expect(await placed()).to.equal('5:1 6:1');
  });
});
