import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { type ConfigMap, ConfigMaps } from '../model/config-map.ts';
import { Events } from '../model/event.ts';
import { ApiError } from '../model/status.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { EventRecorder } from './event-recorder.ts';

describe('EventRecorder', () => {
  let clock: VirtualClock;
  let plane: ControlPlane;
  let recorder: EventRecorder;
  let object: ConfigMap;

  beforeEach(async () => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    const { faulty: client, random } = plane;
    recorder = new EventRecorder({ client, clock, random, component: 'tester', host: 'node-1' });
    object = await plane.client.of(ConfigMaps).create({ metadata: { name: 'web', namespace: 'default' } });
  });

  afterEach(async () => {
    await recorder.stop();
    await plane.stop();
    expect(clock.next).to.equal(undefined);
  });

  const events = async () => (await plane.client.of(Events).list()).items;

  it('writes what kubectl describe shows', async () => {
    recorder.event(object, 'Normal', 'Started', 'Started container main', 'Starting', 'spec.containers{main}');
    await recorder.flush();
    const [event] = await events();
    const { metadata, involvedObject, ...rest } = event!;
    expect(metadata.name).to.match(/^web\.[0-9a-f]{16}$/);
    expect(metadata.namespace).to.equal('default');
    expect(involvedObject).to.deep.equal({
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'web',
      uid: object.metadata.uid,
      apiVersion: 'v1',
      resourceVersion: object.metadata.resourceVersion,
      fieldPath: 'spec.containers{main}',
    });
    expect(rest).to.deep.include({
      reason: 'Started',
      message: 'Started container main',
      source: { component: 'tester', host: 'node-1' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
      type: 'Normal',
      action: 'Starting',
      reportingComponent: 'tester',
      reportingInstance: 'node-1',
    });
  });

  it('raises the count of what is told again', async () => {
    for (let time = 0; time < 3; time += 1) {
      recorder.event(object, 'Warning', 'BackOff', 'Back-off restarting failed container');
      await clock.advance(10_000);
    }
    const [event, ...others] = await events();
    expect(others).to.deep.equal([]);
    expect(event).to.include({
      count: 3,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:20Z',
    });
  });

  it('makes a new event when the one to raise is gone', async () => {
    recorder.event(object, 'Normal', 'A', 'a');
    await recorder.flush();
    await plane.client.of(Events).in('default').deleteCollection();
    recorder.event(object, 'Normal', 'A', 'a');
    await recorder.flush();
    expect(await events()).to.have.length(1);
  });

  it('tells many similar things as one', async () => {
    for (let pod = 1; pod <= 20; pod += 1)
      recorder.event(object, 'Normal', 'SuccessfulCreate', `Created pod: web-${pod}`);
    await recorder.flush();
    const messages = (await events()).map(({ message }) => message);
    expect(messages).to.have.length(10);
    expect(messages).to.include('(combined from similar events): Created pod: web-20');
  });

  it('drops what is too much about one object, and goes on later', async () => {
    for (let n = 0; n < 100; n += 1) recorder.event(object, 'Normal', `Reason${n}`, 'text');
    await recorder.flush();
    expect(await events()).to.have.length(25);
    await clock.advance(300_000);
    recorder.event(object, 'Normal', 'Later', 'text');
    await recorder.flush();
    expect((await events()).some(({ reason }) => reason === 'Later')).to.equal(true);
  });

  it('puts events of objects without a namespace into the default one', async () => {
    recorder.event(
      { kind: 'Node', name: 'node-1', uid: 'node-1' },
      'Normal',
      'NodeReady',
      'Node node-1 status is now: NodeReady',
    );
    await recorder.flush();
    expect((await events())[0]?.metadata.namespace).to.equal('default');
  });

  it('waits for an API that is out of reach, in order, and never throws', async () => {
    let refused = 0;
    plane.faulty.before = () => {
      refused += 1;
      if (refused <= 3) throw new Error('ECONNREFUSED');
    };
    recorder.event(object, 'Normal', 'First', '1');
    recorder.event(object, 'Normal', 'Second', '2');
    await clock.advance(60_000);
    const found = await events();
    expect(found.map(({ reason }) => reason).sort()).to.deep.equal(['First', 'Second']);
  });

  it('gives up on a server that says no', async () => {
    plane.faulty.before = () => {
      throw new ApiError(403, 'Forbidden', 'the namespace is being terminated');
    };
    recorder.event(object, 'Normal', 'First', '1');
    await recorder.flush();
    expect(await events()).to.deep.equal([]);
  });

  it('stop writes what was told, without waiting for what is out of reach, and takes no more', async () => {
    recorder.event(object, 'Normal', 'First', '1');
    await recorder.stop();
    recorder.event(object, 'Normal', 'Second', '2');
    await clock.settle();
    expect((await events()).map(({ reason }) => reason)).to.deep.equal(['First']);

    const { faulty: client, random } = plane;
    const cut = new EventRecorder({ client, clock, random, component: 'cut' });
    plane.faulty.before = () => {
      throw new Error('ECONNREFUSED');
    };
    cut.event(object, 'Normal', 'Third', '3');
    await clock.settle();
    await cut.stop();
  });
});
