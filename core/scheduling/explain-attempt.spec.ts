import { expect } from 'chai';
import type { Scheduler } from '../contracts/scheduler.ts';
import type { Permit } from '../contracts/scheduling-framework.ts';
import { Nodes } from '../model/node.ts';
import { makeNode, makePod } from '../testing/objects.ts';
import { Attempts } from './attempts.ts';
import { decideAfresh } from './explain-attempt.ts';
import { defaultProfile } from './framework/default-profile.ts';
import { FrameworkScheduler } from './framework/framework-scheduler.ts';
import type { QueuedPod } from './queue.ts';
import { SchedulingWorld } from './scheduler-loop.fixture.ts';

const framework = (fit: 'least' | 'most' = 'least') =>
  new FrameworkScheduler({ name: `default (${fit})`, ...defaultProfile({ type: fit }) });

const pod = (name: string, cpu: string, priority = 0) =>
  makePod(name, { priority, terminationGracePeriodSeconds: 30 }, { resources: { requests: { cpu } } });

describe('why a pod is where it is', () => {
  let world: SchedulingWorld;
  beforeEach(() => {
    world = new SchedulingWorld();
  });
  afterEach(() => world.stop());

  const ask = { namespace: 'default', name: 'web' };

  it('explains a placement from the cluster as it was, whatever has happened since', async () => {
    await world.join(makeNode('node-1'), makeNode('node-2'));
    const loop = await world.start({ scheduler: framework() });
    await world.create(pod('first', '2'));
    await world.clock.advance(100);
    await world.create(pod('web', '1'));
    await world.clock.advance(100);
    expect(await world.nodeOf('web')).to.equal('node-2');
    await world.pods.delete('first', { gracePeriodSeconds: 0 });
    await world.client.of(Nodes).patch('node-2', { spec: { unschedulable: true } });
    await world.join(makeNode('node-3'));
    await world.clock.advance(100);

    const answer = await loop.why(ask);
    expect(answer).to.include({ scheduler: 'default (least)', schedulerName: 'default-scheduler', forgotten: 0 });
    expect(answer.attempts).to.have.length(1);
    expect(answer.attempts[0]).to.include({ number: 1, nodes: 2, node: 'node-2' });
    expect(answer.waits).to.equal(undefined);
    expect(answer.explained).to.include({ attempt: 1, changesSince: 0 });
    expect(answer.explained?.explanation?.winner).to.equal('node-2');
    expect(answer.explained?.explanation?.nodes.map(({ node, total }) => [node, total])).to.deep.equal([
      ['node-1', 122],
      ['node-2', 173],
    ]);
    expect(answer).to.deep.equal({ ...JSON.parse(JSON.stringify(answer)) });
  });

  it('says what another scheduler would have done, asked afresh', async () => {
    await world.join(makeNode('node-1'), makeNode('node-2'));
    const loop = await world.start({ scheduler: framework() });
    await world.create(pod('first', '2'));
    await world.clock.advance(100);
    await world.create(pod('web', '1'));
    await world.clock.advance(100);
    const { scene } = await loop.why({ ...ask, scene: true });
    const sent = JSON.parse(JSON.stringify(scene));
    expect(decideAfresh(framework('most'), sent)).to.include({ scheduler: 'default (most)', node: 'node-1' });
    expect(decideAfresh(framework(), sent).explanation?.winner).to.equal('node-2');
    const thrower: Scheduler = { name: 'mine', retryOn: [], place: () => ({ node: 'node-9' }) };
    expect(decideAfresh(thrower, sent)).to.deep.equal({
      scheduler: 'mine',
      error: 'it placed the pod on "node-9", which is no node of the cluster',
    });
  });

  it('says of a refused pod what was tried, what it waits for, and until when', async () => {
    await world.join(makeNode('node-1'), makeNode('node-2', { unschedulable: true }));
    const loop = await world.start({ scheduler: framework() });
    await world.create(pod('web', '5'));
    await world.clock.advance(100);
    const tried = world.clock.now();
    const answer = await loop.why(ask);
    expect(answer.attempts[0]?.nodes).to.equal(2);
    expect(answer.attempts[0]).to.deep.include({
      unschedulable: { 'Insufficient cpu': 1, 'node(s) were unschedulable': 1 },
    });
    expect(answer.waits?.room).to.equal('unschedulable');
    expect(answer.waits?.retryOn).to.include.members(['NodeAdded', 'PodGone']);
    expect(answer.waits?.until).to.be.within(tried + 299_000, tried + 300_000);
    const { winner, nodes } = answer.explained!.explanation!;
    expect([winner, nodes.map(({ refusedBy }) => refusedBy)]).to.deep.equal([
      undefined,
      ['NodeResourcesFit', 'NodeUnschedulable'],
    ]);
    await world.join(makeNode('large', {}, {}, { cpu: '8', memory: '8Gi', pods: '10' }));
    await world.clock.advance(2000);
    const later = await loop.why(ask);
    expect(later.attempts.map(({ number }) => number)).to.deep.equal([1, 2]);
    expect(later.attempts[1]).to.include({ node: 'large' });
    expect(later.explained?.attempt).to.equal(2);
  });

  it('tells nominations, with the victims', async () => {
    await world.join(makeNode('node-1'));
    const loop = await world.start({ scheduler: framework() });
    await world.create(pod('low', '3'));
    await world.clock.advance(100);
    await world.create(pod('web', '3', 1000));
    await world.clock.advance(100);
    const answer = await loop.why(ask);
    expect(answer.attempts[0]).to.deep.include({ nominate: { node: 'node-1', victims: ['default/low'] } });
    expect(answer.waits?.nominated).to.equal('node-1');
  });

  it('tells what went wrong with an attempt, and what was taken back', async () => {
    await world.join(makeNode('node-1'));
    const permit = { name: 'gate', permit: (): Permit => ({ reject: 'not today' }) };
    const loop = await world.start({ scheduler: framework(), plugins: { permit: [permit] } });
    await world.create(pod('web', '1'));
    await world.clock.advance(100);
    expect((await loop.why(ask)).attempts[0]).to.include({ node: 'node-1', takenBack: 'not today' });
    const broken: Scheduler = {
      name: 'broken',
      retryOn: [],
      place: () => {
        throw new Error('oh');
      },
    };
    const other = await world.start({ scheduler: broken, schedulerName: 'other' });
    await world.create(makePod('lost', { schedulerName: 'other' }));
    await world.clock.advance(100);
    const answer = await other.why({ ...ask, name: 'lost' });
    expect(answer.attempts[0]).to.include({ error: 'oh' });
    expect(answer.waits?.room).to.equal('backoff');
    expect(answer.explained).to.deep.equal({ attempt: 1, changesSince: 0 });
  });

  it('knows nothing of pods that it never tried; tells those of one name apart', async () => {
    await world.join(makeNode('node-1'));
    const loop = await world.start({ scheduler: framework() });
    expect((await loop.why(ask)).attempts).to.deep.equal([]);
    await world.create(pod('web', '5'));
    await world.clock.advance(100);
    const first = (await world.pods.get('web')).metadata.uid;
    await world.pods.delete('web', { gracePeriodSeconds: 0 });
    await world.create(pod('web', '1'));
    await world.clock.advance(100);
    expect((await loop.why(ask)).attempts[0]).to.include({ node: 'node-1' });
    expect((await loop.why({ ...ask, uid: first })).attempts[0]).to.have.property('unschedulable');
  });
});

describe('what a scheduler says of itself', () => {
  const scene = { pod: makePod('web'), cluster: { nodes: [makeNode('node-1')], pods: [], tables: {} } };
  const said = (explain: unknown) => {
    const scheduler = { name: 'mine', retryOn: [], place: () => ({ node: 'node-1' }), explain: () => explain };
    return decideAfresh(scheduler as unknown as Scheduler, scene);
  };

  it('is looked at before it is shown', () => {
    const whole = { rule: 'why not', plugins: [], nodes: [{ node: 'node-1', verdicts: {} }] };
    expect(said(whole)).to.deep.equal({ scheduler: 'mine', node: 'node-1', explanation: whole });
    const error = (of: unknown) => said(of).unexplained;
    expect(said(undefined)).to.include({ node: 'node-1' });
    expect(error(undefined)).to.match(/^explain returned undefined; wanted \{ rule, plugins/);
    expect(error(Promise.resolve(whole))).to.match(/^explain returned a Promise/);
    expect(error({ ...whole, nodes: [{}] })).to.match(/^explain returned \{"rule":"why not"/);
    expect(error({ ...whole, winner: 'node-9' })).to.equal(
      'explain has the winner "node-9", which is none of its nodes',
    );
  });
});

describe('attempts', () => {
  it('keeps the last ones, within count and bytes', () => {
    const attempts = new Attempts(3);
    for (const name of ['a', 'b', 'c', 'd', 'b'])
      attempts.add({ pod: makePod(name), attempts: 1 } as QueuedPod, {
        at: 7,
        position: 0,
        nodes: 1,
        memory: undefined,
        result: { node: 'node-1' },
      });
    expect(attempts.of(() => true).map(({ pod: { metadata } }) => metadata.name)).to.deep.equal(['c', 'd', 'b']);
    expect([attempts.forgotten, attempts.oldest]).to.deep.equal([2, 7]);
    expect([new Attempts().forgotten, new Attempts().oldest]).to.deep.equal([0, undefined]);
  });
});
