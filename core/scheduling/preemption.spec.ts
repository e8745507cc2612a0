import { expect } from 'chai';
import type { Permit } from '../contracts/scheduling-framework.ts';
import { Nodes } from '../model/node.ts';
import { PodDisruptionBudgets } from '../model/pod-disruption-budget.ts';
import { makeNode, makePod } from '../testing/objects.ts';
import { defaultProfile } from './framework/default-profile.ts';
import { FrameworkScheduler } from './framework/framework-scheduler.ts';
import { SchedulingWorld } from './scheduler-loop.fixture.ts';

/** A pod that takes so many of a node's 4 CPUs. */
const pod = (name: string, cpu: string, priority = 0) =>
  makePod(name, { priority, terminationGracePeriodSeconds: 30 }, { resources: { requests: { cpu } } });

describe('preemption, carried out', () => {
  let world: SchedulingWorld;

  const start = (plugins = {}) =>
    world.start({ scheduler: new FrameworkScheduler({ name: 'default', ...defaultProfile() }), plugins });
  const get = (name: string) => world.pods.get(name);
  /** As a kubelet does once the containers have ended. */
  const ended = async (name: string) => {
    await world.pods.delete(name, { gracePeriodSeconds: 0 });
    await world.clock.advance(2000);
  };

  beforeEach(async () => {
    world = new SchedulingWorld();
    await world.join(makeNode('node-1'));
  });
  afterEach(() => world.stop());

  const preempt = async () => {
    await start();
    await world.create(pod('low', '3'));
    await world.clock.advance(100);
    await world.create(pod('high', '3', 1000));
    await world.clock.advance(100);
  };

  it('evicts the victim with a condition and an event, and nominates the node', async () => {
    await preempt();
    const low = await get('low');
    expect(low.metadata.deletionTimestamp).to.be.a('string');
    expect(low.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).to.include({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    const high = await get('high');
    expect(high.status?.nominatedNodeName).to.equal('node-1');
    expect(high.spec.nodeName).to.equal(undefined);
    expect(await world.eventsOf('low')).to.include(
      `Normal Preempted: Preempted by pod ${high.metadata.uid} on node node-1`,
    );
  });

  it('waits while the victim has its grace period, and takes the room when it is gone', async () => {
    await preempt();
    await world.clock.advance(20_000);
    expect(await world.nodeOf('high')).to.equal(undefined);
    await ended('low');
    expect(await world.nodeOf('high')).to.equal('node-1');
  });

  it('keeps the room for the nominated pod: less important ones do not take it', async () => {
    await preempt();
    await world.create(pod('thief', '2'));
    await ended('low');
    await world.clock.advance(30_000);
    expect(await world.nodeOf('high')).to.equal('node-1');
    expect(await world.nodeOf('thief')).to.equal(undefined);
  });

  it('gives the room to a more important pod; the nomination of the other is cleared', async () => {
    await preempt();
    await world.create(pod('highest', '3', 2000));
    await world.clock.advance(3000);
    expect((await get('highest')).status?.nominatedNodeName).to.equal('node-1');
    expect((await get('high')).status?.nominatedNodeName).to.equal(undefined);
    await ended('low');
    expect(await world.nodeOf('highest')).to.equal('node-1');
    expect(await world.nodeOf('high')).to.equal(undefined);
  });

  it('clears a nomination that holds no more, since the node is closed', async () => {
    await preempt();
    await world.client.of(Nodes).patch('node-1', { spec: { unschedulable: true } });
    await world.clock.advance(5000);
    expect((await get('high')).status?.nominatedNodeName).to.equal(undefined);
  });

  it('lets a nominated pod go elsewhere when another node comes', async () => {
    await preempt();
    await world.join(makeNode('node-2'));
    await world.clock.advance(5000);
    expect(await world.nodeOf('high')).to.equal('node-2');
  });

  it('frees the room of a nominated pod that is deleted', async () => {
    await preempt();
    await world.create(pod('patient', '3'));
    await ended('low');
    await world.pods.delete('high', { gracePeriodSeconds: 0 });
    await world.clock.advance(20_000);
    expect(await world.nodeOf('patient')).to.equal('node-1');
  });

  it('takes nominations over from the scheduler before it', async () => {
    await world.create(pod('high', '3', 1000));
    await world.pods.status.patch('high', { status: { nominatedNodeName: 'node-1' } });
    await world.create(pod('low', '3'));
    await start();
    await world.clock.advance(3000);
    expect(await world.nodeOf('high')).to.equal('node-1');
    expect(await world.nodeOf('low')).to.equal(undefined);
  });

  it('turns away a victim that still waits for its permit, without deleting it', async () => {
    const never = new Promise<'allow'>(() => {});
    const permit = {
      name: 'gang',
      permit: ({ metadata }: { metadata: { name: string } }): Permit =>
        metadata.name === 'low' ? { wait: 600_000, settled: never } : 'allow',
    };
    await start({ permit: [permit] });
    await world.create(pod('low', '3'));
    await world.clock.advance(100);
    await world.create(pod('high', '3', 1000));
    await world.clock.advance(3000);
    expect(await world.nodeOf('high')).to.equal('node-1');
    expect((await get('low')).metadata.deletionTimestamp).to.equal(undefined);
    expect(await world.eventsOf('low')).to.include('Warning FailedScheduling: 0/1 nodes are available: 1 preempted.');
  });

  it('does nothing of the kind for a pod whose preemptionPolicy is Never', async () => {
    await start();
    await world.create(pod('low', '3'));
    await world.clock.advance(100);
    const polite = pod('polite', '3', 1000);
    await world.create({ ...polite, spec: { ...polite.spec, preemptionPolicy: 'Never' } });
    await world.clock.advance(20_000);
    expect((await get('low')).metadata.deletionTimestamp).to.equal(undefined);
    expect((await get('polite')).status?.nominatedNodeName).to.equal(undefined);
    expect((await world.eventsOf('polite'))[0]).to.equal(
      'Warning FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    );
  });

  it('says at the end of the message why no room could be made', async () => {
    await start();
    await world.create(pod('first', '3'));
    await world.clock.advance(100);
    await world.create(pod('second', '3'));
    await world.clock.advance(100);
    const message =
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
    expect(await world.eventsOf('second')).to.deep.equal([`Warning FailedScheduling: ${message}`]);
    const condition = (await get('second')).status?.conditions?.find(({ type }) => type === 'PodScheduled');
    expect(condition).to.include({ status: 'False', reason: 'Unschedulable', message });
  });

  it('spares pods whose disruption budget is used up, as long as others can go', async () => {
    const budgets = world.client.of(PodDisruptionBudgets).in('default');
    await world.join(makeNode('node-2'));
    await budgets.create({
      metadata: { name: 'db' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'db' } } },
    });
    await start();
    const db = pod('db', '3');
    await world.create({ ...db, metadata: { ...db.metadata, labels: { app: 'db' } } }, pod('web', '3', 500));
    await world.clock.advance(100);
    await world.create(pod('high', '3', 1000));
    await world.clock.advance(100);
    expect((await get('web')).metadata.deletionTimestamp).to.be.a('string');
    expect((await get('db')).metadata.deletionTimestamp).to.equal(undefined);
    await budgets.status.patch('db', { status: { disruptionsAllowed: 1 } }, { type: 'merge' });
    await world.create(pod('higher', '3', 2000));
    await world.clock.advance(100);
    expect((await get('db')).metadata.deletionTimestamp).to.be.a('string');
  });
});
