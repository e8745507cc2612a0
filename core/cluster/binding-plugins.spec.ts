import { expect } from 'chai';
import { runtimeMock } from '../../plugins/runtime-mock/plugin.ts';
import { schedulerDefault } from '../../plugins/scheduler-default/plugin.ts';
import { standardControllers } from '../../plugins/standard.ts';
import { storeMemory } from '../../plugins/store-memory/plugin.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { PermitPlugin, ReservePlugin } from '../contracts/scheduling-framework.ts';
import { Pods } from '../model/pod.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { plugin } from './plugin.ts';

describe('plugins between a placement and its binding', () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  let cluster: Cluster | undefined;

  afterEach(async () => {
    const stopped = cluster?.stop();
    await clock.advance(60_000);
    await stopped;
  });

  const reserve = (name: string): ReservePlugin => ({
    name,
    reserve: ({ metadata }, node) => void log.push(`${name}: ${metadata.name} on ${node}`),
    unreserve: ({ metadata }) => void log.push(`${name}: not ${metadata.name}`),
  });

  /** Has no component of its own. */
  const quota = plugin({
    name: 'quota',
    description: 'refuses pods that are called greedy',
    provides: [ReservePlugin, PermitPlugin],
    bind: ({ bind }) => {
      bind(ReservePlugin).toConstantValue(reserve('quota'));
      bind(PermitPlugin).toConstantValue({
        name: 'quota',
        permit: ({ metadata }) => (metadata.name === 'greedy' ? { reject: 'quota is used up' } : 'allow'),
      });
    },
  });
  /** A scheduler that brings a plugin of its own. */
  const mine = plugin({
    name: 'scheduler-mine',
    description: 'the first node, and a note of it',
    provides: [Scheduler, ReservePlugin],
    bind: ({ bind }) => {
      bind(Scheduler).toConstantValue({
        name: 'mine',
        retryOn: ['NodeAdded'],
        place: (_, { nodes }) => (nodes[0] ? { node: nodes[0].name } : { unschedulable: {} }),
      });
      bind(ReservePlugin).toConstantValue(reserve('mine'));
    },
  });

  it('take part in their own scheduler, or in all of them when they belong to none', async () => {
    cluster = await createCluster({
      plugins: [storeMemory(), schedulerDefault(), ...standardControllers(), runtimeMock(), quota()],
      schedulers: { mine: mine() },
      nodes: 1,
      clock,
      seed: 1,
    });
    await clock.advance(3000);
    const pods = cluster.client().of(Pods).in('default');
    const spec = { containers: [{ name: 'main', image: 'nginx' }] };
    await pods.create({ metadata: { name: 'web' }, spec } as never);
    await pods.create({ metadata: { name: 'greedy' }, spec } as never);
    await pods.create({ metadata: { name: 'other' }, spec: { ...spec, schedulerName: 'mine' } } as never);
    await clock.advance(2000);
    expect((await pods.get('web')).spec.nodeName).to.equal('node-1');
    expect((await pods.get('greedy')).spec.nodeName).to.equal(undefined);
    // Refused pods are tried again: each is listed once.
    expect([...new Set(log)].sort()).to.deep.equal([
      'mine: other on node-1',
      'quota: greedy on node-1',
      'quota: not greedy',
      'quota: other on node-1',
      'quota: web on node-1',
    ]);
  });
});
