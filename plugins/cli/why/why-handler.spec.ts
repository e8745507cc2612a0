// What `kubelab why` finds out in a cluster: with several profiles, other schedulers to compare, and pods that nobody knows.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { plugin } from '../../../core/cluster/plugin.ts';
import { Scheduler } from '../../../core/contracts/scheduler.ts';
import { Pods } from '../../../core/model/pod.ts';
import type { FreshDecision } from '../../../core/scheduling/explain-attempt.ts';
import { VirtualClock } from '../../../core/time/virtual-clock.ts';
import { runtimeMock } from '../../runtime-mock/plugin.ts';
import { schedulerDefault } from '../../scheduler-default/plugin.ts';
import { schedulerRoundRobin } from '../../scheduler-round-robin/plugin.ts';
import { standardControllers, standardPlugins } from '../../standard.ts';
import { storeMemory } from '../../store-memory/plugin.ts';
import { whyIn } from './why-handler.ts';

/** Says nothing but where. */
const silent = plugin({
  name: 'scheduler-silent',
  description: 'the first node',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => ({
      name: 'silent',
      retryOn: [],
      place: (_, { nodes: [first] }) => (first ? { node: first.name } : { unschedulable: {} }),
    }));
  },
});

describe('kubelab why, what it finds out', () => {
  let clock: VirtualClock;
  let cluster: Cluster;
  const files = {
    decide: async (file: string): Promise<FreshDecision> => ({ scheduler: file, node: 'node-2' }),
  };
  const why = (pod: string, more: { namespace?: string; compare?: string } = {}) =>
    whyIn(cluster, files, { pod, namespace: 'default', folder: '/', ...more });
  const refusal = (...asked: Parameters<typeof why>) =>
    why(...asked).then(
      () => 'an answer',
      (error: Error) => error.message,
    );
  const create = async (name: string, spec: object = {}) => {
    const containers = [{ name: 'main', image: 'kubelab/sleep' }];
    await cluster
      .client()
      .of(Pods)
      .in('default')
      .create({ metadata: { name }, spec: { containers, ...spec } } as never);
    await clock.advance(100);
  };

  before(async () => {
    clock = new VirtualClock();
    const starting = createCluster({
      plugins: [storeMemory(), schedulerDefault(), runtimeMock(), ...standardControllers()],
      schedulers: { turns: schedulerRoundRobin(), silent: silent() },
      nodes: 3,
      registered: standardPlugins,
      clock,
      seed: 'why',
    });
    await clock.advance(1000);
    cluster = await starting;
  });
  after(async () => {
    const stopping = cluster.stop();
    await clock.advance(1000);
    await stopping;
  });

  it('asks the scheduler that the pod is for, by its schedulerName', async () => {
    await create('a');
    await create('b', { schedulerName: 'turns' });
    await create('c', { schedulerName: 'turns' });
    expect(await why('a')).to.include({ component: 'scheduler', scheduler: 'default', node: 'node-1', isGone: false });
    const turns = await why('c');
    expect(turns).to.include({ component: 'scheduler-turns', scheduler: 'round-robin', node: 'node-2' });
    expect(turns.explained?.explanation).to.include({
      winner: 'node-2',
      rule: 'the next node after node-1 that can take the pod',
    });
  });

  it('tells of a scheduler that does not explain itself what it answered', async () => {
    await create('quiet', { schedulerName: 'silent' });
    const answer = await why('quiet');
    expect(answer.attempts[0]).to.include({ node: 'node-1' });
    expect(answer.explained).to.deep.equal({ attempt: 1, changesSince: 0 });
  });

  it('compares with a fresh scheduler by name, or of a file', async () => {
    const { compared, ...rest } = await why('c', { compare: 'round-robin' });
    expect(compared).to.include({ plugin: 'scheduler-round-robin', node: 'node-1' });
    expect(rest).not.to.have.property('scene');
    expect((await why('c', { compare: 'random' })).compared).to.have.property('node');
    expect((await why('c', { compare: './mine.ts' })).compared).to.include({ plugin: './mine.ts', node: 'node-2' });
    expect(await refusal('c', { compare: 'rond-robin' })).to.match(/^no plugin is called rond-robin \(did you mean/);
    expect(await refusal('c', { compare: 'runtime-mock' })).to.match(/provides ContainerRuntime, not Scheduler/);
  });

  it('tells of gates, and of a pod that is gone', async () => {
    await create('gated', { schedulingGates: [{ name: 'team/ok' }] });
    expect(await why('gated')).to.deep.include({
      gates: ['team/ok'],
      waits: { room: 'gated', retryOn: (await why('gated')).waits?.retryOn },
    });
    expect(await refusal('gated', { compare: 'random' })).to.match(/^there was no attempt yet/);
    await create('brief');
    await cluster.client().of(Pods).in('default').delete('brief', { gracePeriodSeconds: 0 });
    await clock.advance(100);
    const gone = await why('brief');
    expect(gone).to.include({ isGone: true });
    expect(gone.attempts).to.have.length(1);
  });

  it('says why it does not know', async () => {
    expect(await refusal('aa')).to.match(
      /^no pod aa in namespace default \(did you mean a or b or c\?\); there are: a, /,
    );
    expect(await refusal('a', { namespace: 'shop' })).to.equal(
      'no pod a in namespace shop; there is one in namespace default: add -n default',
    );
    await create('fancy', { schedulerName: 'fancy' });
    expect(await refusal('fancy')).to.equal(
      'pod fancy is for the scheduler fancy, and no component of this cluster is that: there are default-scheduler, turns, silent',
    );
    await create('direct', { nodeName: 'node-1' });
    expect(await refusal('direct')).to.match(/^pod direct is on node-1, .* named the node \(spec\.nodeName\)/);
    await clock.advance(5000);
    const swapping = cluster.swap('scheduler-silent', schedulerRoundRobin());
    await clock.advance(1000);
    await swapping;
    expect(await refusal('quiet')).to.match(
      /^pod quiet is on node-1, and scheduler-silent \(scheduler-round-robin\) knows of no attempt .* before this scheduler began/,
    );
  });
});
