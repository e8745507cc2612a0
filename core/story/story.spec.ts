// Stories: a pod's life out of the audit of a whole cluster in virtual time.

import { expect } from 'chai';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../plugins/scheduler-resource-fit/plugin.ts';
import { standardControllers } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { type Cluster, createCluster } from '../cluster/cluster.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Container } from '../model/container.ts';
import { type Deployment, Deployments } from '../model/deployment.ts';
import type { Draft } from '../model/meta.ts';
import { Nodes } from '../model/node.ts';
import { Pods } from '../model/pod.ts';
import { Services } from '../model/service.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { AuditRing } from './audit-ring.ts';
import { podsIn, type Story, storyOf } from './story.ts';

const labels = { app: 'web' };
const proxy = { component: 'proxy', user: 'system:kube-proxy' };

describe('stories', () => {
  let clock: VirtualClock;
  let ring: AuditRing;
  let cluster: Cluster;
  let client: ApiClient;

  beforeEach(async () => {
    clock = new VirtualClock();
    ring = new AuditRing(1000);
    const plugins = [storeMemory(), schedulerResourceFit(), ...standardControllers(), runtimeMock()];
    const audit: AuditRing['add'] = (entry) => ring.add(entry);
    const starting = createCluster({ plugins, nodes: 1, clock, seed: 1, audit });
    await clock.settle();
    cluster = await starting;
    await clock.advance(2000);
    client = cluster.client(undefined, 'kubectl/v1.33.0 (linux/amd64)');
  });
  afterEach(async () => {
    const stopping = cluster.stop();
    await clock.advance(60_000);
    await stopping;
  });

  const story = (name: string): Story => storyOf(ring.notes(), { namespace: 'default', name }, { proxy })!;
  const steps = (name: string) => story(name).steps.map(({ step }) => step);
  /** `5 kubelet node-1: gone` */
  const lines = ({ steps, created = 0 }: Story) =>
    steps.map(({ at, component, step }) => `${((at - created) / 1000).toFixed(0)} ${component}: ${step}`);
  /** @param script of the mock runtime, by annotation */
  const run = (name: string, script: Record<string, string> = {}, container: Partial<Container> = {}) => {
    const annotations = Object.fromEntries(
      Object.entries(script).map(([key, value]) => [`mock.kubelab.dev/${key}`, value]),
    );
    const spec = { containers: [{ name: 'main', image: 'x', ...container }] };
    return client.of(Pods).in('default').create({ metadata: { name, labels, annotations }, spec });
  };
  const web = (replicas: number): Draft<Deployment> => ({
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }] } },
    },
  });

  it('begin with the owners and end when the pod is gone, with who did what in between', async () => {
    await client
      .of(Services)
      .in('default')
      .create({ metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } });
    await client.of(Deployments).in('default').create(web(1));
    await clock.advance(5000);
    const [pod] = (await client.of(Pods).in('default').list()).items;
    const { name } = pod!.metadata;
    await client.of(Deployments).in('default').delete('web');
    await clock.advance(60_000);
    const told = story(name);
    expect(lines(told)).to.deep.equal([
      '0 kubectl: owner-created',
      '0 controller-deployment: owner-created',
      '0 controller-replication: pod-created',
      '0 api: admitted',
      '0 scheduler: queued',
      '0 scheduler: bound',
      '0 kubelet node-1: taken',
      '0 kubelet node-1: sandbox-made',
      '0 kubelet node-1: image-pulled',
      '0 kubelet node-1: container-created',
      '0 kubelet node-1: container-started',
      '0 kubelet node-1: running',
      '0 kubelet node-1: ready',
      '0 controller-endpoints: endpoint-ready',
      '0 proxy: routed',
      '5 kubectl: owner-gone',
      '5 controller-garbage-collector: owner-gone',
      '5 controller-garbage-collector: delete-asked',
      '5 controller-endpoints: endpoint-unready',
      '5 kubelet node-1: stopping',
      '5 kubelet node-1: container-ended',
      '5 kubelet node-1: succeeded',
      '5 kubelet node-1: unready',
      '5 kubelet node-1: gone',
      '5 controller-endpoints: endpoint-removed',
    ]);
    expect(told.isGone).to.equal(true);
    expect(told.steps[0]).to.deep.include({ user: 'kubernetes-admin', what: 'Deployment web created: 1 replica' });
    expect(podsIn(ring.notes())).to.deep.equal([{ key: `default/${name}`, isGone: true }]);
  });

  it('tell of the scale that made the pod, and of the one that it had to go for', async () => {
    const deployments = client.of(Deployments).in('default');
    await deployments.create(web(1));
    await clock.advance(2000);
    await deployments.patch('web', { spec: { replicas: 2 } });
    await clock.advance(2000);
    await deployments.patch('web', { spec: { replicas: 0 } });
    await clock.advance(60_000);
    const born = ring.notes().filter(({ step }) => step === 'pod-created');
    const { steps } = story(born[1]!.name);
    expect(steps.filter(({ step }) => step.startsWith('owner-')).map(({ what }) => what)).to.deep.equal([
      'Deployment web created: 1 replica',
      `ReplicaSet ${born[1]!.name.slice(0, -6)} created, for Deployment web: 1 replica`,
      'Deployment web: 1 -> 2 replicas',
      `ReplicaSet ${born[1]!.name.slice(0, -6)}: 1 -> 2 replicas`,
      'Deployment web: 2 -> 0 replicas',
      `ReplicaSet ${born[1]!.name.slice(0, -6)}: 2 -> 0 replicas`,
    ]);
  });

  it('tell what went wrong: no node for it, a failing image, restarts', async () => {
    await client.of(Nodes).patch('node-1', { spec: { unschedulable: true } });
    await run('waits');
    await clock.advance(1000);
    expect(lines(story('waits')).slice(-2)).to.deep.equal(['0 scheduler: queued', '0 scheduler: unschedulable']);
    await client.of(Nodes).patch('node-1', { spec: { unschedulable: null } });
    await client.of(Pods).in('default').delete('waits');
    await run('no-image', { 'image-pull': 'fail' });
    await run('crashes', { 'exit-code': '3', 'run-for': '1s' });
    await run('sick', { 'unhealthy-after': '3s' }, { livenessProbe: { httpGet: { port: 80 }, periodSeconds: 5 } });
    await clock.advance(60_000);
    expect(steps('no-image')).to.include('image-failed').and.not.include('running');
    expect(steps('crashes')).to.include.members(['container-ended', 'unready', 'back-off', 'restarted']);
    expect(steps('sick')).to.include.members(['running', 'probe-failed', 'stopping', 'restarted']);
    const ended = story('crashes').steps.find(({ step }) => step === 'container-ended');
    expect(ended?.what).to.equal('container main ended with 3 (Error)');
    const failed = story('sick').steps.findLast(({ step }) => step === 'probe-failed');
    expect(failed?.what).to.match(/^Liveness probe failed/);
    expect(failed?.count).to.be.greaterThan(1);
  });

  it('forget the oldest, and say that the beginning is missing', async () => {
    ring = new AuditRing(4);
    await run('first');
    await clock.advance(1000);
    expect(ring.notes()).to.have.length(4);
    expect(story('first').created).to.equal(undefined);
    await run('second');
    await run('third');
    expect(storyOf(ring.notes(), { namespace: 'default', name: 'first' })).to.equal(undefined);
    expect(storyOf(ring.notes(), { namespace: 'other', name: 'third' })).to.equal(undefined);
  });
});
