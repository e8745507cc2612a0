// A node that is cut off from the API: its lease stops, it is NotReady after 40 s, its pods are given up 300 s later, and
// when it is back it ends them and takes new ones. A real kubelet on the mock runtime, in virtual time.

import { expect } from 'chai';
import type { Controller } from '../../core/contracts/controller.ts';
import { ControllerRunner } from '../../core/control/controller-runner.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { findCondition } from '../../core/model/conditions.ts';
import { Leases } from '../../core/model/lease.ts';
import { Nodes } from '../../core/model/node.ts';
import { ApiError } from '../../core/model/status.ts';
import { TestNode } from '../../core/node/test-node.fixture.ts';
import { NodeHealth } from './node-health.ts';
import { PodGarbageCollector } from './pod-garbage-collector.ts';
import { TaintEviction } from './taint-eviction.ts';

describe('a node that is lost', () => {
  let node: TestNode;
  const runners: ControllerRunner[] = [];

  beforeEach(async () => {
    node = new TestNode();
    await node.start();
    const { client, clock, random } = node;
    const recorder = (component: string) => new EventRecorder({ client, clock, random, component });
    const controllers: Controller[] = [
      new NodeHealth({ client, clock, recorder: recorder('node-controller'), gracePeriod: 40_000 }),
      new TaintEviction({ client, clock, recorder: recorder('taint-eviction-controller') }),
      new PodGarbageCollector({ client, clock, quarantine: 40_000 }),
    ];
    for (const controller of controllers) {
      const runner = new ControllerRunner({ client, controller, clock, random });
      runners.push(runner);
      await node.whileTimePasses(runner.start());
    }
  });

  afterEach(async () => {
    for (const runner of runners.splice(0)) await node.whileTimePasses(runner.stop());
    expect(await node.stop()).to.deep.equal({ timer: undefined, watches: 0 });
  });

  const tolerations = ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  const seconds = (count: number) => node.clock.advance(count * 1000);
  const ready = async () => findCondition((await node.node()).status?.conditions, 'Ready')?.status;
  const taints = async () => ((await node.node()).spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
  const cutOff = () => {
    node.faulty.before = () => {
      throw new ApiError(500, 'InternalError', 'no route to host');
    };
    node.faulty.cutWatches(new Error('connection reset'));
  };
  const reconnect = () => {
    node.faulty.before = () => {};
  };
  const inService = async (name: string) =>
    findCondition((await node.pod(name))?.status?.conditions, 'Ready')?.status === 'True';

  it('is NotReady after 40 s, is given up after 300 s more, and ends its pods when it is back', async () => {
    await node.create('web', [{ name: 'web' }], { spec: { tolerations } });
    await node.create('stays', [{ name: 'web' }], { spec: { tolerations: [{ operator: 'Exists' }] } });
    await seconds(25);
    expect(await ready()).to.equal('True');
    expect(await inService('web')).to.equal(true);
    cutOff();
    await seconds(30);
    expect(await ready()).to.equal('True');
    await seconds(15);
    expect(await ready()).to.equal('Unknown');
    expect(await taints()).to.deep.equal([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(await inService('web')).to.equal(false);
    await seconds(280);
    expect((await node.pod('web'))?.metadata.deletionTimestamp).to.equal(undefined);
    await seconds(25);
    // Marked, but nobody is there who could say that it has ended.
    expect((await node.pod('web'))?.metadata.deletionTimestamp).to.be.a('string');
    await seconds(600);
    expect((await node.pod('web'))?.status?.phase).to.equal('Running');
    expect((await node.pod('stays'))?.metadata.deletionTimestamp).to.equal(undefined);

    reconnect();
    await seconds(60);
    expect(await ready()).to.equal('True');
    expect(await taints()).to.deep.equal([]);
    expect(await node.pod('web')).to.equal(undefined);
    expect(await inService('stays')).to.equal(true);
    await node.create('next', [{ name: 'web' }]);
    await seconds(5);
    expect(await node.summary('next')).to.equal('Running web:running/ready');
  });

  it('keeps its pods when it is back in time', async () => {
    await node.create('web', [{ name: 'web' }], { spec: { tolerations } });
    await seconds(15);
    cutOff();
    await seconds(200);
    expect(await ready()).to.equal('Unknown');
    reconnect();
    await seconds(400);
    expect(await ready()).to.equal('True');
    expect(await inService('web')).to.equal(true);
    expect((await node.events('web')).at(-1)).to.include('Cancelling deletion of Pod default/web');
  });

  it('loses its pods when it is removed for good', async () => {
    await node.create('web', [{ name: 'web' }], { spec: { tolerations } });
    await seconds(15);
    const leases = node.client.of(Leases).in('kube-node-lease');
    await node.client.of(Nodes).delete('node-1');
    // The garbage collector's work, which does not run here: the node owned it.
    await leases.delete('node-1');
    await seconds(45);
    expect(await node.pod('web')).to.equal(undefined);
    expect((await leases.list()).items, 'a node that was deleted shows no life').to.deep.equal([]);
    expect(await node.runtime.listSandboxes()).to.deep.equal([]);
  });
});
