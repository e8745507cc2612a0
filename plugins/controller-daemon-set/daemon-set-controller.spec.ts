import { expect } from 'chai';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { ControllerRevisions } from '../../core/model/controller-revision/controller-revision.ts';
import { type DaemonSet, DaemonSets } from '../../core/model/daemon-set/daemon-set.ts';
import { Events } from '../../core/model/event.ts';
import { controllerOf, type Draft } from '../../core/model/meta.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { pretendKubelet } from '../../core/testing/pretend-kubelet.ts';
import { eachTestRuns } from '../running-controller.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { nodeNameOf } from './daemon-pod.ts';
import { DaemonSetController } from './daemon-set-controller.ts';

const daemonSet = (spec: object = {}, pod: object = {}): Draft<DaemonSet> =>
  ({
    metadata: { name: 'agent', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { containers: [{ name: 'agent', image: 'agent:1' }], ...pod },
      },
      ...spec,
    },
  }) as Draft<DaemonSet>;

const makeController = ({ faulty: client, clock, random }: ControlPlane) =>
  new DaemonSetController({
    client,
    clock,
    recorder: new EventRecorder({ client, clock, random, component: 'daemonset-controller' }),
  });

const addNode = ({ client }: ControlPlane, name: string, rest: object = {}, labels: object = {}) =>
  client.of(Nodes).create({ metadata: { name, labels }, ...rest } as Draft<Node>);

const podsOf = async ({ client }: ControlPlane) => (await client.of(Pods).in('default').list()).items;

const kubelet = (plane: ControlPlane, healthy?: (pod: Pod) => boolean) => pretendKubelet(plane, healthy, nodeNameOf);

describeController('daemonset', () => ({
  store: (clock) => new MemoryStore(clock),
  make: makeController,
  begin: async (plane) => {
    for (const name of ['a', 'b', 'c']) await addNode(plane, name);
    await plane.client.of(DaemonSets).create(daemonSet());
  },
  others: (plane) => kubelet(plane),
  holds: async (plane) => {
    const { status } = await plane.client.of(DaemonSets).in('default').get('agent');
    const pods = await podsOf(plane);
    expect(pods.length, 'pods').to.be.at.most(3);
    return new Set(pods.map(nodeNameOf)).size === 3 && status?.numberAvailable === 3;
  },
}));

describe('DaemonSet controller', () => {
  let plane: ControlPlane;
  eachTestRuns(makeController, (one) => {
    plane = one;
  });

  const door = () => plane.client.of(DaemonSets).in('default');
  const create = (spec?: object, pod?: object) => door().create(daemonSet(spec, pod));
  const status = async () => (await door().get('agent')).status;
  const pass = async (times = 1, healthy?: (pod: Pod) => boolean) => {
    for (let time = 0; time < times; time += 1) {
      await plane.clock.advance(500);
      await kubelet(plane, healthy);
    }
    await plane.clock.advance(500);
  };
  const nodes = async (...names: string[]) => {
    for (const name of names) await addNode(plane, name);
  };
  /** `a:1 b:2`: node and image's tag of each pod that stays. */
  const placed = async () =>
    (await podsOf(plane))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map((pod) => `${nodeNameOf(pod)}:${pod.spec.containers[0]?.image.split(':')[1]}`)
      .sort()
      .join(' ');
  const setImage = (image: string) =>
    door().patch('agent', { spec: { template: { spec: { containers: [{ name: 'agent', image }] } } } });
  const revisions = async () => (await plane.client.of(ControllerRevisions).in('default').list()).items;
  const events = async () =>
    (await plane.client.of(Events).in('default').list()).items.map(({ reason, message }) => `${reason} ${message}`);

  it('makes a pod for each node: owner, labels, affinity, tolerations', async () => {
    await nodes('a', 'b');
    const { metadata } = await create();
    await plane.clock.advance(1);
    const [pod] = (await podsOf(plane)) as [Pod];
    expect(pod.metadata.name).to.match(/^agent-\w{5}$/);
    expect(controllerOf(pod)?.uid).to.equal(metadata.uid);
    const [revision] = await revisions();
    const hash = revision?.metadata.labels?.['controller-revision-hash'];
    expect(revision?.metadata.name).to.equal(`agent-${hash}`);
    expect(revision?.revision).to.equal(1);
    expect(pod.metadata.labels).to.deep.equal({
      app: 'agent',
      'controller-revision-hash': hash,
      'pod-template-generation': '1',
    });
    expect(pod.spec.affinity).to.deep.equal({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }],
        },
      },
    });
    expect(pod.spec.tolerations?.map(({ key, effect }) => `${key?.split('/')[1]} ${effect}`)).to.include.members([
      'not-ready NoExecute',
      'unreachable NoExecute',
      'disk-pressure NoSchedule',
      'memory-pressure NoSchedule',
      'pid-pressure NoSchedule',
      'unschedulable NoSchedule',
    ]);
    await pass();
    expect(await status()).to.deep.equal({
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      desiredNumberScheduled: 2,
      numberReady: 2,
      observedGeneration: 1,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
    });
    expect((await events()).filter((event) => event.startsWith('SuccessfulCreate'))).to.have.length(2);
  });

  it('follows nodes that come, go, and get or lose the label that it asks for', async () => {
    await addNode(plane, 'a', {}, { disk: 'ssd' });
    await addNode(plane, 'b');
    await create({}, { nodeSelector: { disk: 'ssd' } });
    await pass();
    expect(await placed()).to.equal('a:1');
    await plane.client.of(Nodes).patch('b', { metadata: { labels: { disk: 'ssd' } } });
    await addNode(plane, 'c', {}, { disk: 'ssd' });
    await pass();
    expect(await placed()).to.equal('a:1 b:1 c:1');
    await plane.client.of(Nodes).patch('a', { metadata: { labels: { disk: null } } }, { type: 'merge' });
    await pass(2);
    expect(await placed()).to.equal('b:1 c:1');
    expect(await status()).to.include({ desiredNumberScheduled: 2, numberMisscheduled: 0 });
  });

  it('taints: NoSchedule keeps new pods off, NoExecute makes them go, cordon does not matter', async () => {
    await addNode(plane, 'a', { spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] } });
    await addNode(plane, 'b', {
      spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
    });
    await create();
    await pass();
    expect(await placed()).to.equal('b:1');
    await plane.client.of(Nodes).patch('b', { spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] } });
    await pass();
    expect(await placed()).to.equal('b:1');
    expect(await status()).to.include({ desiredNumberScheduled: 0, numberMisscheduled: 1 });
    await plane.client.of(Nodes).patch('b', { spec: { taints: [{ key: 'x', effect: 'NoExecute' }] } });
    await pass(2);
    expect(await placed()).to.equal('');
  });

  it('replaces a pod that was deleted or has failed', async () => {
    await nodes('a', 'b');
    await create();
    await pass();
    const pods = plane.client.of(Pods).in('default');
    const [first, second] = (await podsOf(plane)) as [Pod, Pod];
    await pods.delete(first.metadata.name);
    await pods.status.patch(second.metadata.name, { status: { phase: 'Failed' } });
    await pass(3);
    expect(await placed()).to.equal('a:1 b:1');
    expect(await status()).to.include({ numberAvailable: 2 });
    expect((await events()).some((event) => event.startsWith('FailedDaemonPod Found failed daemon pod'))).to.equal(
      true,
    );
  });

  it('rolls an update out, one node at a time', async () => {
    await nodes('a', 'b', 'c');
    await create();
    await pass(2);
    await setImage('agent:2');
    const seen = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      await plane.clock.advance(1);
      const up = (await podsOf(plane)).filter(
        ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase === 'Running',
      );
      expect(up.length, 'nodes with a pod').to.be.at.least(2);
      seen.add(await placed());
      await kubelet(plane);
    }
    await pass();
    expect(await placed()).to.equal('a:2 b:2 c:2');
    expect([...seen].some((one) => one.includes(':1') && one.includes(':2'))).to.equal(true);
    expect(await status()).to.include({ updatedNumberScheduled: 3, numberAvailable: 3, observedGeneration: 2 });
    expect((await revisions()).map(({ revision }) => revision).sort()).to.deep.equal([1, 2]);
  });

  it('an update that does not become ready stops at the first node', async () => {
    await nodes('a', 'b', 'c');
    await create();
    await pass(2);
    await setImage('agent:bad');
    await pass(8, ({ spec }) => spec.containers[0]?.image !== 'agent:bad');
    expect((await placed()).match(/:bad/g)).to.have.length(1);
    expect(await status()).to.include({ updatedNumberScheduled: 1, numberUnavailable: 1 });
    // And back: the old template's revision gets the greatest number.
    await setImage('agent:1');
    await pass(4);
    expect(await placed()).to.equal('a:1 b:1 c:1');
    expect((await revisions()).map(({ revision }) => revision).sort()).to.deep.equal([2, 3]);
  });

  it('maxSurge: the new pod is there before the old one goes', async () => {
    await nodes('a', 'b');
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } });
    await pass(2);
    await setImage('agent:2');
    await plane.clock.advance(1);
    expect((await placed()).split(' ')).to.have.length(3);
    await pass(6);
    expect(await placed()).to.equal('a:2 b:2');
  });

  it('OnDelete: a node gets the new pod when somebody deletes the old one', async () => {
    await nodes('a', 'b');
    await create({ updateStrategy: { type: 'OnDelete' } });
    await pass(2);
    await setImage('agent:2');
    await pass(3);
    expect(await placed()).to.equal('a:1 b:1');
    const onA = (await podsOf(plane)).find((pod) => nodeNameOf(pod) === 'a');
    await plane.client.of(Pods).in('default').delete(onA!.metadata.name);
    await pass(3);
    expect(await placed()).to.equal('a:2 b:1');
  });

  it('keeps so many revisions as it says, and those of pods that are there', async () => {
    await nodes('a');
    await create({ revisionHistoryLimit: 1 });
    for (const tag of ['2', '3', '4']) {
      await setImage(`agent:${tag}`);
      await pass(4);
    }
    expect((await revisions()).map(({ revision }) => revision).sort()).to.deep.equal([3, 4]);
  });

  it('counts pods as available only after minReadySeconds', async () => {
    await nodes('a');
    await create({ minReadySeconds: 10 });
    await pass(2);
    expect(await status()).to.include({ numberReady: 1, numberUnavailable: 1 });
    await plane.clock.advance(11_000);
    expect(await status()).to.include({ numberReady: 1, numberAvailable: 1 });
  });
});
