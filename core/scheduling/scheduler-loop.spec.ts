import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { Api } from '../api/api.ts';
import { LocalApiClient } from '../api/local-api-client.ts';
import type { Scheduler } from '../contracts/scheduler.ts';
import { EventRecorder } from '../control/event-recorder.ts';
import { Events } from '../model/event.ts';
import { builtinResources } from '../model/index.ts';
import { Namespaces } from '../model/namespace.ts';
import { Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import { makeNode, makePod } from '../testing/objects.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ReasonTally, refusals } from './refusals.ts';
import { SchedulerLoop } from './scheduler-loop.ts';

/** Takes the first node that can take the pod. */
const first = (): Scheduler => ({
  name: 'first',
  retryOn: ['NodeAdded', 'NodeChanged', 'PodGone'],
  place(pod, { nodes }) {
    const tally = new ReasonTally();
    for (const node of nodes) {
      const reasons = refusals(pod, node);
      if (reasons.length === 0) return { node: node.name };
      tally.add(reasons);
    }
    return { unschedulable: tally.counts };
  },
});

describe('scheduler loop', () => {
  let clock: VirtualClock;
  let api: Api;
  let client: LocalApiClient;
  let loops: { loop: SchedulerLoop; informers: SharedInformers; recorder: EventRecorder }[];

  beforeEach(() => {
    clock = new VirtualClock();
    const random = new SeededRandom('scheduler loop');
    api = new Api({
      store: new MemoryStore(clock),
      resources: builtinResources,
      admission: [],
      authorizers: [{ name: 'all', authorize: () => 'allow' }],
      clock,
      random,
    });
    client = new LocalApiClient(api, { name: 'test', groups: [] });
    loops = [];
  });

  afterEach(async () => {
    for (const { loop, informers, recorder } of loops) {
      await loop.stop();
      await informers.stop();
      await recorder.stop();
    }
    await api.stop();
  });

  async function start(scheduler: Scheduler, schedulerName = 'default-scheduler') {
    const random = new SeededRandom(schedulerName);
    const informers = new SharedInformers(client, clock, random);
    const recorder = new EventRecorder({ client, clock, random, component: schedulerName });
    const loop = new SchedulerLoop({ client, scheduler, informers, recorder, clock, schedulerName });
    loops.push({ loop, informers, recorder });
    const started = loop.start();
    await clock.settle();
    await started;
    return loop;
  }

  const pods = (of: LocalApiClient) => of.of(Pods).in('default');
  const join = (...nodes: ReturnType<typeof makeNode>[]) =>
    Promise.all(
      nodes.map(async (node) => {
        const { uid: _u, resourceVersion: _r, ...metadata } = node.metadata;
        await client.of(Nodes).create({ ...node, metadata });
        await client.of(Nodes).status.patch(node.metadata.name, { status: node.status });
      }),
    );
  const create = (pod: Pod) => {
    const { uid: _u, resourceVersion: _r, ...metadata } = pod.metadata;
    return pods(client).create({ ...pod, metadata });
  };
  const nodeOf = async (name: string) => (await pods(client).get(name)).spec.nodeName;
  const eventsOf = async (name: string) =>
    (await client.of(Events).in('default').list()).items
      .filter((event) => event.involvedObject.name === name)
      .map((event) => `${event.type} ${event.reason}: ${event.message}`);

  it('binds a pod and says so', async () => {
    await start(first());
    await join(makeNode('node-1'));
    await create(makePod('web'));
    await clock.advance(100);
    expect(await nodeOf('web')).to.equal('node-1');
    expect(await eventsOf('web')).to.deep.equal(['Normal Scheduled: Successfully assigned default/web to node-1']);
  });

  it('says why a pod fits nowhere, and places it once a node comes', async () => {
    await start(first());
    await join(makeNode('node-1', { unschedulable: true }));
    await create(makePod('web'));
    await clock.advance(100);
    const refused = await pods(client).get('web');
    const text = '0/1 nodes are available: 1 node(s) were unschedulable.';
    expect(refused.status?.conditions?.find(({ type }) => type === 'PodScheduled')).to.include({
      status: 'False',
      reason: 'Unschedulable',
      message: text,
    });
    expect(await eventsOf('web')).to.deep.equal([`Warning FailedScheduling: ${text}`]);
    await join(makeNode('node-2'));
    await clock.advance(2000);
    expect(await nodeOf('web')).to.equal('node-2');
  });

  it('counts what is on its way: two pods never share the room of one', async () => {
    await join(makeNode('node-1', {}, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
    const big = { resources: { requests: { cpu: '700m' } } };
    await Promise.all([create(makePod('a', {}, big)), create(makePod('b', {}, big))]);
    await start(first());
    await clock.advance(500);
    expect([await nodeOf('a'), await nodeOf('b')].filter(Boolean)).to.deep.equal(['node-1']);
    await pods(client).delete('a', { gracePeriodSeconds: 0 });
    await clock.advance(2000);
    expect(await nodeOf('b')).to.equal('node-1');
  });

  it('leaves pods of other schedulers to them', async () => {
    await join(makeNode('node-1'));
    await start(first());
    await create(makePod('mine', { schedulerName: 'mine' }));
    await clock.advance(1000);
    expect(await nodeOf('mine')).to.equal(undefined);
    await start(first(), 'mine');
    await clock.advance(1000);
    expect(await nodeOf('mine')).to.equal('node-1');
  });

  it('survives a scheduler that throws or names no node, and says so on the pod', async () => {
    let mood: 'throw' | 'nonsense' | 'work' = 'throw';
    await start({
      name: 'moody',
      retryOn: [],
      place() {
        if (mood === 'throw') throw new Error('no idea');
        return { node: mood === 'nonsense' ? 'atlantis' : 'node-1' };
      },
    });
    await join(makeNode('node-1'));
    await create(makePod('web'));
    await clock.advance(500);
    mood = 'nonsense';
    await clock.advance(1000);
    mood = 'work';
    await clock.advance(10_000);
    expect(await nodeOf('web')).to.equal('node-1');
    const events = (await eventsOf('web')).join('\n');
    expect(events).to.include('scheduler moody failed on pod default/web: no idea');
    expect(events).to.include('"atlantis", which is no node of the cluster');
  });

  it('says what came instead of an answer', async () => {
    const answers: unknown[] = [undefined, Promise.resolve({ node: 'node-1' }), { node: 7 }, 'node-1'];
    await start({ name: 'odd', retryOn: [], place: () => answers.shift() as never });
    await join(makeNode('node-1'));
    await create(makePod('web'));
    await clock.advance(30_000);
    const events = (await eventsOf('web')).join('\n');
    expect(events).to.include('place returned undefined; wanted { node:');
    expect(events).to.include('place returned a Promise; it must answer at once');
    expect(events).to.include('place returned {"node":7}; wanted { node:');
    expect(events).to.include('place returned node-1; wanted { node:');
  });

  it('shows the labels of namespaces, and wakes who waits for them', async () => {
    const seen: unknown[] = [];
    await start({
      name: 'by-namespace',
      retryOn: ['NamespaceChanged'],
      place(_, view) {
        const labels = view.namespaceLabels('team');
        seen.push(labels?.tier);
        return labels?.tier === 'gold' ? { node: 'node-1' } : { unschedulable: {} };
      },
    });
    await join(makeNode('node-1'));
    await create(makePod('web'));
    await clock.advance(100);
    await client.of(Namespaces).create({ metadata: { name: 'team', labels: { tier: 'silver' } } });
    await clock.advance(5000);
    await client.of(Namespaces).patch('team', { metadata: { labels: { tier: 'gold' } } });
    await clock.advance(5000);
    expect(seen).to.deep.equal([undefined, 'silver', 'gold']);
    expect(await nodeOf('web')).to.equal('node-1');
  });

  it('wakes who waits for a pod on a node when that pod is bound', async () => {
    await start({
      name: 'after',
      retryOn: ['PodBound'],
      place: ({ metadata }, { nodes }) =>
        metadata.name === 'first' || (nodes[0]?.pods.length ?? 0) > 0 ? { node: 'node-1' } : { unschedulable: {} },
    });
    await join(makeNode('node-1'));
    await create(makePod('second'));
    await clock.advance(5000);
    await create(makePod('first'));
    await clock.advance(5000);
    expect(await nodeOf('second')).to.equal('node-1');
  });

  it('takes over where another one stopped: no pod is lost', async () => {
    await join(makeNode('node-1'), makeNode('node-2'));
    const old = await start(first());
    for (let i = 0; i < 20; i += 1) await create(makePod(`before-${i}`));
    const stopped = old.stop();
    for (let i = 0; i < 20; i += 1) await create(makePod(`after-${i}`));
    await stopped;
    await start(first());
    await clock.advance(30_000);
    const placed = (await pods(client).list()).items.filter(({ spec }) => spec.nodeName);
    expect(placed).to.have.length(40);
  });
});
