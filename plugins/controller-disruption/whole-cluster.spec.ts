// Preemption, evictions and budgets in a whole cluster in virtual time: what becomes of the pods and their successors.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { Deployments } from '../../core/model/deployment.ts';
import { Nodes } from '../../core/model/node.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { PodDisruptionBudgets } from '../../core/model/pod-disruption-budget.ts';
import { PriorityClasses } from '../../core/model/priority-class.ts';
import { ApiError } from '../../core/model/status.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { runtimeMock } from '../runtime-mock/plugin.ts';
import { schedulerDefault } from '../scheduler-default/plugin.ts';
import { standardControllers } from '../standard.ts';
import { storeMemory } from '../store-memory/plugin.ts';

describe('priorities and budgets in a whole cluster', () => {
  let clock: VirtualClock;
  let cluster: Cluster;

  beforeEach(async () => {
    clock = new VirtualClock();
    const starting = createCluster({
      plugins: [storeMemory(), schedulerDefault(), ...standardControllers(), runtimeMock()],
      nodes: 2,
      clock,
      seed: 1,
    });
    await clock.settle();
    cluster = await starting;
    await clock.advance(2000);
  });
  afterEach(async () => {
    const stopping = cluster.stop();
    await clock.advance(60_000);
    await stopping;
  });

  const pods = () => cluster.client().of(Pods).in('default');
  const podsOf = async (app: string): Promise<readonly Pod[]> =>
    (await pods().list({ labelSelector: `app=${app}` })).items;

  /** Pods that take so much of a node each, and two seconds to stop. */
  const deploy = async (app: string, replicas: number, share: number, priorityClassName?: string) => {
    const [node] = (await cluster.client().of(Nodes).list()).items;
    const cpu = `${Math.floor(Number(node!.status?.allocatable?.cpu) * 1000 * share)}m`;
    const labels = { app };
    const annotations = { 'mock.kubelab.dev/stop-delay': '2s' };
    const containers = [{ name: 'main', image: 'kubelab/web', resources: { requests: { cpu } } }];
    const template = {
      metadata: { labels, annotations },
      spec: { containers, ...(priorityClassName && { priorityClassName }) },
    };
    await cluster
      .client()
      .of(Deployments)
      .in('default')
      .create({ metadata: { name: app }, spec: { replicas, selector: { matchLabels: labels }, template } });
    await clock.advance(1000);
  };

  const evict = (name: string) =>
    pods()
      .post(name, 'eviction', { metadata: { name } })
      .then(
        () => 'evicted',
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          return `${error.code} ${error.status.details?.causes?.[0]?.message}`;
        },
      );

  it('a victim is told why, has its time to stop, and makes room', async () => {
    const value = 1000;
    await cluster
      .client()
      .of(PriorityClasses)
      .create({ metadata: { name: 'high' }, value });
    await deploy('low', 2, 1);
    await deploy('high', 1, 1, 'high');
    const victim = (await podsOf('low')).find(({ metadata }) => metadata.deletionTimestamp !== undefined)!;
    const [high] = await podsOf('high');
    expect(high!.spec.priority).to.equal(value);
    expect(high!.spec.nodeName).to.equal(undefined);
    expect(high!.status?.nominatedNodeName).to.equal(victim.spec.nodeName);
    // The kubelet has written its status meanwhile, and left the condition as it was.
    expect(findCondition(victim.status?.conditions, 'DisruptionTarget')).to.include({
      status: 'True',
      reason: 'PreemptionByScheduler',
    });
    await clock.advance(5000);
    const [running] = await podsOf('high');
    expect(running!.status?.phase).to.equal('Running');
    expect(running!.spec.nodeName).to.equal(victim.spec.nodeName);
    expect((await podsOf('low')).map(({ status }) => status?.phase).sort()).to.deep.equal(['Pending', 'Running']);
  });

  it('a budget lets one go after the other, each when its predecessor is replaced', async () => {
    await deploy('web', 3, 0.2);
    const selector = { matchLabels: { app: 'web' } };
    const budgets = cluster.client().of(PodDisruptionBudgets).in('default');
    await budgets.create({ metadata: { name: 'web' }, spec: { maxUnavailable: 1, selector } });
    await clock.advance(5000);
    const names = (await podsOf('web')).map(({ metadata }) => metadata.name);
    for (const [at, name] of names.entries()) {
      expect(await evict(name)).to.equal('evicted');
      const next = names[at + 1];
      if (next) expect(await evict(next)).to.match(/^429 The disruption budget web needs 2 healthy pods and has [23]/);
      await clock.advance(10_000);
      expect((await budgets.get('web')).status).to.deep.include({
        disruptionsAllowed: 1,
        currentHealthy: 3,
        desiredHealthy: 2,
        expectedPods: 3,
      });
    }
    const now = (await podsOf('web')).map(({ metadata }) => metadata.name);
    expect(now.filter((name) => names.includes(name))).to.deep.equal([]);
  });
});
