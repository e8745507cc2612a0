import { expect } from 'chai';
import { ControllerRunner } from '../../core/control/controller-runner.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { templateHash } from '../../core/control/template-hash.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { type Deployment, Deployments } from '../../core/model/deployment.ts';
import { Events } from '../../core/model/event.ts';
import type { Draft } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { type ReplicaSet, ReplicaSets } from '../../core/model/replica-set.ts';
import { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { pretendKubelet } from '../../core/testing/pretend-kubelet.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { replicaSetFlavour } from '../controller-replication/flavour.ts';
import { ReplicaController } from '../controller-replication/replica-controller.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { DeploymentController } from './deployment-controller.ts';
import { revisionOf, wanted } from './revisions.ts';

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image }] },
});

const deployment = (replicas: number, spec: object = {}): Draft<Deployment> =>
  ({
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: template('kubelab/web:1'),
      ...withDefaults,
      ...spec,
    },
  }) as Draft<Deployment>;

const withDefaults = {
  progressDeadlineSeconds: 600,
  revisionHistoryLimit: 10,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
};

const makeController = ({ faulty: client, clock, random }: ControlPlane) =>
  new DeploymentController({
    client,
    clock,
    recorder: new EventRecorder({ client, clock, random, component: 'deployment-controller' }),
  });

/** The controller that the Deployment's needs beside it, outside of what is under test. */
const makeReplicas = ({ client, clock, random }: ControlPlane) =>
  new ControllerRunner({
    client,
    clock,
    random,
    controller: new ReplicaController(replicaSetFlavour, { client, clock, recorder: { event: () => {} } }),
  });

const replicaSetsOf = async ({ client }: ControlPlane) => (await client.of(ReplicaSets).in('default').list()).items;

describe('DeploymentController', () => {
  let plane: ControlPlane;
  let runners: ControllerRunner[];
  let healthy: (pod: Pod) => boolean;

  beforeEach(async () => {
    const clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    healthy = () => true;
    const { faulty: client, random } = plane;
    runners = [new ControllerRunner({ client, controller: makeController(plane), clock, random }), makeReplicas(plane)];
    for (const runner of runners) await runner.start();
  });

  afterEach(async () => {
    for (const runner of runners) await runner.stop();
    await plane.stop();
  });

  const door = () => plane.client.of(Deployments).in('default');
  const get = () => door().get('web');
  const setImage = (image: string) =>
    door().patch('web', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }], {
      type: 'json',
    });
  const imageOf = ({ spec }: ReplicaSet | Pod) =>
    ('template' in spec ? spec.template.spec : spec)?.containers[0]?.image;
  const sizes = async () =>
    Object.fromEntries((await replicaSetsOf(plane)).map((one) => [imageOf(one)?.split(':')[1], wanted(one)]));
  const pods = async () => (await plane.client.of(Pods).in('default').list()).items;
  const condition = async (type: string) => findCondition((await get()).status?.conditions, type);
  const events = async () =>
    (await plane.client.of(Events).in('default').list()).items.map(({ reason, message }) => `${reason} ${message}`);
  const pass = async (times = 1) => {
    for (let time = 0; time < times; time += 1) {
      await plane.clock.advance(1000);
      await pretendKubelet(plane, healthy);
    }
    await plane.clock.advance(1000);
  };
  const isDone = async () => {
    const { status, metadata, spec } = await get();
    return (
      status?.observedGeneration === metadata.generation &&
      status?.updatedReplicas === spec.replicas &&
      status?.replicas === spec.replicas &&
      status?.availableReplicas === spec.replicas
    );
  };

  it('makes a ReplicaSet, names it by the template, numbers it, and becomes available', async () => {
    await door().create(deployment(3));
    await pass(2);
    const [replicaSet] = await replicaSetsOf(plane);
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'];
    expect(replicaSet?.metadata.name).to.equal(`web-${hash}`);
    expect(replicaSet?.spec.selector.matchLabels).to.deep.equal({ app: 'web', 'pod-template-hash': hash });
    expect(replicaSet?.spec.template.metadata?.labels).to.deep.equal({ app: 'web', 'pod-template-hash': hash });
    expect(replicaSet?.metadata.annotations).to.deep.equal({
      'deployment.kubernetes.io/revision': '1',
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    });
    const { status, metadata } = await get();
    expect(metadata.annotations).to.deep.equal({ 'deployment.kubernetes.io/revision': '1' });
    expect(status).to.deep.include({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(await condition('Available')).to.include({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(await condition('Progressing')).to.include({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${replicaSet?.metadata.name}" has successfully progressed.`,
    });
    expect(await events()).to.deep.equal([
      `ScalingReplicaSet Scaled up replica set ${replicaSet?.metadata.name} from 0 to 3`,
    ]);
  });

  it('rolls to another template within maxSurge and maxUnavailable', async () => {
    await door().create(deployment(4));
    await pass(3);
    await setImage('kubelab/web:2');
    const seen: string[] = [];
    for (let step = 0; step < 20 && !(await isDone()); step += 1) {
      await plane.clock.advance(500);
      const all = await pods();
      const ready = all.filter(
        (pod) =>
          pod.metadata.deletionTimestamp === undefined &&
          findCondition(pod.status?.conditions, 'Ready')?.status === 'True',
      );
      expect(ready.length, 'available').to.be.at.least(3);
      expect(
        (await replicaSetsOf(plane)).reduce((sum, one) => sum + wanted(one), 0),
        'wanted',
      ).to.be.at.most(5);
      seen.push(JSON.stringify(await sizes()));
      await pretendKubelet(plane);
    }
    expect(await isDone()).to.equal(true);
    expect(await sizes()).to.deep.equal({ 1: 0, 2: 4 });
    expect(new Set(seen).size, seen.join(' ')).to.be.greaterThan(2);
    expect((await pods()).map(imageOf)).to.deep.equal(Array(4).fill('kubelab/web:2'));
    expect((await get()).metadata.annotations?.['deployment.kubernetes.io/revision']).to.equal('2');
  });

  it('goes back to an old template, whose ReplicaSet gets a new number and a history', async () => {
    await door().create(deployment(2));
    await pass(3);
    await setImage('kubelab/web:2');
    await pass(6);
    await setImage('kubelab/web:1');
    await pass(6);
    expect(await sizes()).to.deep.equal({ 1: 2, 2: 0 });
    const first = (await replicaSetsOf(plane)).find((one) => imageOf(one) === 'kubelab/web:1') as ReplicaSet;
    expect(revisionOf(first)).to.equal(3);
    expect(first.metadata.annotations?.['deployment.kubernetes.io/revision-history']).to.equal('1');
    expect((await get()).metadata.annotations?.['deployment.kubernetes.io/revision']).to.equal('3');
  });

  it('recreate: no new pod while an old one is there', async () => {
    await door().create(deployment(3, { strategy: { type: 'Recreate' } }));
    await pass(3);
    await setImage('kubelab/web:2');
    for (let step = 0; step < 10; step += 1) {
      await plane.clock.advance(1000);
      expect(new Set((await pods()).map(imageOf)).size).to.be.at.most(1);
      await pretendKubelet(plane);
    }
    await plane.clock.advance(1000);
    expect(await sizes()).to.deep.equal({ 1: 0, 2: 3 });
    expect(await isDone()).to.equal(true);
  });

  it('tells when an update does not get on within its deadline, and goes on when it does', async () => {
    await door().create(deployment(2, { progressDeadlineSeconds: 60 }));
    await pass(3);
    healthy = (pod) => imageOf(pod) === 'kubelab/web:1';
    await setImage('kubelab/web:2');
    await pass(5);
    expect(await condition('Progressing')).to.include({ status: 'True', reason: 'ReplicaSetUpdated' });
    await pass(70);
    const name = (await replicaSetsOf(plane)).find((one) => imageOf(one) === 'kubelab/web:2')?.metadata.name;
    expect(await condition('Progressing')).to.include({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
    expect(await condition('Available')).to.include({ status: 'True' });
    healthy = () => true;
    await pass(6);
    expect(await condition('Progressing')).to.include({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('paused: no new template is rolled out, but its size is followed; resumed: it is', async () => {
    await door().create(deployment(2));
    await pass(3);
    await door().patch('web', { spec: { paused: true } });
    await pass();
    expect(await condition('Progressing')).to.include({
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    });
    await setImage('kubelab/web:2');
    await door().patch('web', { spec: { replicas: 3 } });
    await pass(3);
    expect(await sizes()).to.deep.equal({ 1: 3 });
    await door().patch('web', { spec: { paused: false } });
    await pass(8);
    expect(await sizes()).to.deep.equal({ 1: 0, 2: 3 });
    expect(await condition('Progressing')).to.include({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('scaled in the middle of an update: the share of each template stays', async () => {
    await door().create(
      deployment(10, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }),
    );
    await pass(3);
    healthy = (pod) => imageOf(pod) === 'kubelab/web:1';
    await setImage('kubelab/web:2');
    await pass(4);
    expect(await sizes()).to.deep.equal({ 1: 8, 2: 5 });
    await door().patch('web', { spec: { replicas: 15 } });
    await pass(1);
    expect(await sizes()).to.deep.equal({ 1: 11, 2: 7 });
  });

  it('keeps as many old ReplicaSets as revisionHistoryLimit says', async () => {
    await door().create(deployment(1, { revisionHistoryLimit: 2 }));
    for (let image = 2; image <= 6; image += 1) {
      await pass(6);
      await setImage(`kubelab/web:${image}`);
    }
    await pass(8);
    expect(Object.keys(await sizes()).sort()).to.deep.equal(['4', '5', '6']);
  });

  it('takes another name when another template has it', async () => {
    await door().create(deployment(1, { paused: true }));
    await plane.clock.advance(1);
    const { spec } = await get();
    const name = `web-${templateHash(spec.template)}`;
    const foreign = { name, namespace: 'default' };
    const other = { ...template('other'), metadata: { labels: { app: 'other' } } };
    await plane.client.of(ReplicaSets).create({
      metadata: foreign,
      spec: { replicas: 0, selector: { matchLabels: { app: 'other' } }, template: other },
    } as unknown as Draft<ReplicaSet>);
    await door().patch('web', { spec: { paused: false } });
    await pass(4);
    expect((await get()).status?.collisionCount).to.equal(1);
    expect(await isDone()).to.equal(true);
  });
});

describeController('deployment', () => {
  let replicas: ControllerRunner | undefined;
  return {
    store: (clock) => new MemoryStore(clock),
    make: makeController,
    begin: ({ client }) => client.of(Deployments).create(deployment(3)),
    others: async (plane) => {
      replicas ??= makeReplicas(plane);
      await replicas.start();
      await plane.clock.settle();
      await pretendKubelet(plane);
      await plane.clock.settle();
      await replicas.stop();
      replicas = undefined;
    },
    holds: async ({ client }) => {
      const { status, metadata } = await client.of(Deployments).in('default').get('web');
      const { items } = await client.of(ReplicaSets).in('default').list();
      const progressing = findCondition(status?.conditions, 'Progressing');
      return (
        items.length === 1 &&
        status?.availableReplicas === 3 &&
        status.observedGeneration === metadata.generation &&
        progressing?.reason === 'NewReplicaSetAvailable' &&
        metadata.annotations?.['deployment.kubernetes.io/revision'] === '1'
      );
    },
  };
});
