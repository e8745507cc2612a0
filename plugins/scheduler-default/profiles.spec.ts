// Several profiles: schedulers of different names in one cluster, each with its own list of filters and scores. A pod says
// in `spec.schedulerName` whose it is. In real Kubernetes the profiles of one kube-scheduler share a queue and a process.

import { expect } from 'chai';
import { type Cluster, createCluster } from '../../core/cluster/cluster.ts';
import { Events } from '../../core/model/event.ts';
import type { Draft } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { runtimeMock } from '../runtime-mock/plugin.ts';
import { schedulerBinpack } from '../scheduler-binpack/plugin.ts';
import { standardControllers } from '../standard.ts';
import { storeMemory } from '../store-memory/plugin.ts';
import { schedulerDefault } from './plugin.ts';

describe('several profiles in one cluster', () => {
  const clock = new VirtualClock();
  let cluster: Cluster;

  before(async () => {
    const capacity = { cpu: '4', memory: '8Gi', pods: '110' };
    cluster = await createCluster({
      plugins: [storeMemory(), schedulerDefault(), ...standardControllers(), runtimeMock()],
      schedulers: { pack: schedulerBinpack(), most: schedulerDefault({ fit: 'most' }) },
      nodes: ['node-1', 'node-2', 'node-3'].map((name) => ({ name, capacity })),
      clock,
      seed: 1,
    });
    await clock.advance(3000);
  });
  after(async () => {
    const stopped = cluster.stop();
    await clock.advance(60_000);
    await stopped;
  });

  const pods = () => cluster.client().of(Pods).in('default');
  /** Creates a pod that takes a quarter of a node; gives its node a little later. */
  const nodeOf = async (name: string, schedulerName?: string): Promise<string | undefined> => {
    const containers = [{ name: 'main', image: 'nginx', resources: { requests: { cpu: '1', memory: '2Gi' } } }];
    const spec = { containers, ...(schedulerName && { schedulerName }) };
    await pods().create({ metadata: { name }, spec } as Draft<Pod>);
    await clock.advance(1000);
    return (await pods().get(name)).spec.nodeName;
  };

  it('place their own pods by their own rule, and count those of the others', async () => {
    const placed: string[] = [];
    for (const [name, scheduler] of [
      ['a', undefined], // the emptiest: all are, so the first
      ['b', 'default-scheduler'], // node-2, as a is on node-1
      ['c', 'pack'], // the fullest: node-1 and node-2 are alike, so the first
      ['d', 'pack'],
      ['e', 'pack'], // node-1 is full now
      ['f', 'pack'], // node-2 is the fullest with room
      ['g', 'most'], // as pack
      ['h', undefined], // node-3 is empty
    ] as const) {
      placed.push(`${name}: ${await nodeOf(name, scheduler)}`);
    }
    expect(placed).to.deep.equal([
      'a: node-1',
      'b: node-2',
      'c: node-1',
      'd: node-1',
      'e: node-1',
      'f: node-2',
      'g: node-2',
      'h: node-3',
    ]);
    const { items } = await cluster.client().of(Events).in('default').list({ fieldSelector: 'reason=Scheduled' });
    const by = (name: string) => items.find(({ involvedObject }) => involvedObject.name === name)?.source?.component;
    expect(['a', 'b', 'c', 'g'].map(by)).to.deep.equal(['default-scheduler', 'default-scheduler', 'pack', 'most']);
  });

  it('leave a pod alone that none of them is called by', async () => {
    expect(await nodeOf('nobodys', 'nobody')).to.equal(undefined);
    expect((await pods().get('nobodys')).status?.conditions ?? []).to.deep.equal([]);
  });
});
