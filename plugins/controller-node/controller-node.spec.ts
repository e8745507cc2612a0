import { expect } from 'chai';
import { microTimestamp, timestamp } from '../../core/contracts/clock.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { Events } from '../../core/model/event.ts';
import { Leases } from '../../core/model/lease.ts';
import { type Node, Nodes } from '../../core/model/node.ts';
import { Pods } from '../../core/model/pod.ts';
import type { Toleration } from '../../core/model/toleration.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { NodeHealth } from './node-health.ts';
import { NodeRanges, nodeRange } from './node-ranges.ts';
import { PodGarbageCollector } from './pod-garbage-collector.ts';
import { leavesAt, TaintEviction } from './taint-eviction.ts';

describe('controller-node', () => {
  let world: TestWorld;
  const advance = (seconds: number) => world.clock.advance(seconds * 1000);
  const nodes = () => world.client.of(Nodes);
  const pods = () => world.client.of(Pods).in('default');
  const leases = () => world.client.of(Leases).in('kube-node-lease');

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    await world.namespace('default');
    await world.namespace('kube-node-lease');
    const { client, clock, random } = world;
    const recorder = (component: string) => new EventRecorder({ client, clock, random, component });
    await world.run(
      new NodeHealth({ client, clock, recorder: recorder('node-controller'), gracePeriod: 40_000 }),
      new TaintEviction({ client, clock, recorder: recorder('taint-eviction-controller') }),
      new PodGarbageCollector({ client, clock, quarantine: 40_000 }),
      new NodeRanges(client, recorder('cidrAllocator'), '10.244.0.0/16'),
    );
  });
  afterEach(() => world.close());

  /** A node that says it is ready. */
  async function enter(name: string): Promise<void> {
    const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
    const at = timestamp(world.clock);
    const conditions = [{ ...ready, lastHeartbeatTime: at, lastTransitionTime: at }];
    await nodes().create({ metadata: { name }, spec: {}, status: { conditions } });
    await leases().create({
      metadata: { name },
      spec: { holderIdentity: name, renewTime: microTimestamp(world.clock) },
    });
  }

  /** The node shows life every 10 s for so long. */
  async function live(name: string, seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 10) {
      await advance(10);
      const lease = await leases().get(name);
      await leases().update({ ...lease, spec: { ...lease.spec, renewTime: microTimestamp(world.clock) } });
    }
    await world.clock.settle();
  }

  async function place(name: string, node: string, tolerations: readonly Toleration[] = []): Promise<void> {
    const pod = await pods().create({
      metadata: { name },
      spec: { nodeName: node, containers: [{ name: 'web', image: 'nginx' }], tolerations },
    });
    await pods().status.update({
      ...pod,
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });
  }

  const taintsOf = (node: Node) => (node.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
  const conditionOf = (node: Node, type: string) => node.status?.conditions?.find((one) => one.type === type);
  const deleting = async (name: string) => (await pods().get(name)).metadata.deletionTimestamp !== undefined;
  const news = async (reason: string) =>
    (await world.client.of(Events).list()).items
      .filter((event) => event.reason === reason)
      .map(({ message }) => message);
  /** As the admission plugin DefaultTolerationSeconds adds them. */
  const standard: Toleration[] = ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));

  it('believes a node that renews its lease', async () => {
    await enter('node-1');
    await live('node-1', 300);
    const node = await nodes().get('node-1');
    expect(conditionOf(node, 'Ready')?.status).to.equal('True');
    expect(taintsOf(node)).to.deep.equal([]);
    expect(await news('RegisteredNode')).to.deep.equal(['Node node-1 event: Registered Node node-1 in Controller']);
  });

  it('doubts a node that is silent for 40 seconds, taints it, and takes its pods out of service', async () => {
    await enter('node-1');
    await place('web', 'node-1', standard);
    await live('node-1', 60);
    await advance(39);
    expect(conditionOf(await nodes().get('node-1'), 'Ready')?.status).to.equal('True');
    await advance(2);
    const node = await nodes().get('node-1');
    expect(conditionOf(node, 'Ready')).to.include({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(taintsOf(node)).to.deep.equal([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect((await pods().get('web')).status?.conditions?.[0]?.status).to.equal('False');
    expect(await news('NodeNotReady')).to.have.members([
      'Node node-1 status is now: NodeNotReady',
      'Node is not ready',
    ]);
  });

  it('evicts pods of an unreachable node when their toleration is over', async () => {
    await enter('node-1');
    await place('web', 'node-1', standard);
    await place('stays', 'node-1', [{ operator: 'Exists' }]);
    await advance(41 + 298);
    expect(await deleting('web')).to.equal(false);
    await advance(3);
    expect(await deleting('web')).to.equal(true);
    expect(await deleting('stays')).to.equal(false);
    expect(await news('TaintManagerEviction')).to.deep.equal(['Marking for deletion Pod default/web']);
    expect(
      (await pods().get('web')).status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.reason,
    ).to.equal('DeletionByTaintManager');
  });

  it('counts from when it saw a taint that does not say when it was added, as kubectl writes them', async () => {
    await enter('node-1');
    const patient: Toleration = { key: 'k', operator: 'Equal', value: 'v', effect: 'NoExecute', tolerationSeconds: 30 };
    await place('patient', 'node-1', [patient]);
    await place('other', 'node-1');
    await nodes().patch('node-1', { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }] } });
    await advance(25);
    expect(await deleting('other')).to.equal(true);
    expect(await deleting('patient')).to.equal(false);
    // A look in between does not begin the time anew.
    await pods().patch('patient', { metadata: { annotations: { note: 'x' } } });
    await advance(6);
    expect(await deleting('patient')).to.equal(true);
  });

  it('takes everything back when the node comes back in time', async () => {
    await enter('node-1');
    await place('web', 'node-1', standard);
    await advance(100);
    const silent = await nodes().get('node-1');
    const conditions = (silent.status?.conditions ?? []).map((one) =>
      one.type === 'Ready' ? { ...one, status: 'True', lastHeartbeatTime: timestamp(world.clock) } : one,
    );
    await nodes().status.update({ ...silent, status: { ...silent.status, conditions } });
    await live('node-1', 600);
    expect(taintsOf(await nodes().get('node-1'))).to.deep.equal([]);
    expect(await deleting('web')).to.equal(false);
    expect(await news('TaintManagerEviction')).to.deep.equal(['Cancelling deletion of Pod default/web']);
  });

  it('taints a node that is cordoned, and keeps the taints of others', async () => {
    await enter('node-1');
    const node = await nodes().get('node-1');
    const mine = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };
    await nodes().update({ ...node, spec: { ...node.spec, unschedulable: true, taints: [mine] } });
    await world.settle();
    expect(taintsOf(await nodes().get('node-1'))).to.deep.equal([
      'gpu:NoSchedule',
      'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
    const cordoned = await nodes().get('node-1');
    await nodes().update({ ...cordoned, spec: { ...cordoned.spec, unschedulable: false } });
    await world.settle();
    expect(taintsOf(await nodes().get('node-1'))).to.deep.equal(['gpu:NoSchedule']);
  });

  it('removes pods whose node was deleted', async () => {
    await enter('node-1');
    await place('web', 'node-1');
    await world.settle();
    await nodes().delete('node-1');
    await advance(39);
    expect((await pods().list()).items).to.have.length(1);
    await advance(2);
    expect((await pods().list()).items).to.deep.equal([]);
  });

  it('keeps pods whose node comes back', async () => {
    await enter('node-1');
    await place('web', 'node-1', [{ operator: 'Exists' }]);
    await world.settle();
    await nodes().delete('node-1');
    await advance(30);
    await nodes().create({ metadata: { name: 'node-1' }, spec: {} });
    await advance(60);
    expect((await pods().list()).items).to.have.length(1);
  });

  it('gives nodes ranges of their own', async () => {
    await enter('node-1');
    await enter('node-2');
    await world.settle();
    const ranges = (await nodes().list()).items.map((node) => node.spec.podCIDR);
    expect(ranges).to.deep.equal(['10.244.0.0/24', '10.244.1.0/24']);
    expect(nodeRange('10.244.0.0/16', 255)).to.equal('10.244.255.0/24');
    expect(nodeRange('10.244.0.0/16', 256)).to.equal(undefined);
  });

  it('knows when a pod has to leave', () => {
    const taint = { key: 'a', effect: 'NoExecute', timeAdded: '1970-01-01T00:00:10Z' };
    expect(leavesAt([], [taint], 99)).to.equal(99);
    expect(leavesAt([{ key: 'a', operator: 'Exists' }], [taint], 99)).to.equal('never');
    expect(leavesAt([{ key: 'a', operator: 'Exists', tolerationSeconds: 5 }], [taint], 99)).to.equal(15_000);
    expect(leavesAt([{ key: 'a', value: 'x' }], [taint], 99)).to.equal(99);
    expect(leavesAt([], [], 99)).to.equal('never');
  });
});
