import { expect } from 'chai';
import { timestamp } from '../../core/contracts/clock.ts';
import { again, type Controller, type Result } from '../../core/contracts/controller.ts';
import { Events } from '../../core/model/event.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { EventExpiry, lastSeen } from './event-expiry.ts';

const minute = 60_000;

describeController('event-expiry', () => ({
  store: (clock) => new MemoryStore(clock),
  make: ({ faulty, clock }) => new EventExpiry(faulty, clock, 3 * minute),
  begin: async ({ client }) => {
    await client.of(Namespaces).create({ metadata: { name: 'default' }, spec: {} });
    for (const name of ['one', 'two', 'three', 'four']) {
      const involvedObject = { kind: 'Pod', namespace: 'default', name };
      await client.of(Events).create({ metadata: { name, namespace: 'default' }, involvedObject, reason: 'Started' });
    }
  },
  holds: async ({ client }) => (await client.of(Events).list()).items.length === 0,
}));

describe('event expiry', () => {
  let world: TestWorld;

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    await world.namespace('default');
  });
  afterEach(() => world.close());

  const events = () => world.client.of(Events).in('default');
  const names = async () => (await events().list()).items.map((event) => event.metadata.name);
  const happen = (name: string) =>
    events().create({
      metadata: { name },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
      reason: 'Started',
      message: 'Started container web',
      type: 'Normal',
      firstTimestamp: timestamp(world.clock),
      lastTimestamp: timestamp(world.clock),
      count: 1,
    });

  it('deletes an Event an hour after it was last seen', async () => {
    await happen('before-start');
    await world.run(new EventExpiry(world.faulty, world.clock, 60 * minute));
    await world.clock.advance(30 * minute);
    await happen('later');
    await world.clock.advance(29 * minute);
    expect(await names()).to.deep.equal(['before-start', 'later']);
    await world.clock.advance(2 * minute);
    expect(await names()).to.deep.equal(['later']);
    await world.clock.advance(30 * minute);
    expect(await names()).to.deep.equal([]);
  });

  it('keeps an Event that happens again', async () => {
    await world.run(new EventExpiry(world.faulty, world.clock, 60 * minute));
    const event = await happen('again');
    await world.clock.advance(50 * minute);
    await events().update({ ...event, count: 2, lastTimestamp: timestamp(world.clock) });
    await world.clock.advance(50 * minute);
    expect(await names()).to.deep.equal(['again']);
    await world.clock.advance(11 * minute);
    expect(await names()).to.deep.equal([]);
  });

  it('looks seldom, however many Events there are', async () => {
    const expiry = new EventExpiry(world.faulty, world.clock, 60 * minute);
    const results: Result[] = [];
    const observed: Controller = {
      name: expiry.name,
      sources: (informers) => expiry.sources(informers),
      reconcile: async (key, signal) => {
        const result = await expiry.reconcile(key, signal);
        results.push(result);
        return result;
      },
    };
    await world.run(observed);
    await world.clock.advance(10 * minute);
    expect(results).to.deep.equal([again(60 * minute)]);
    for (let number = 0; number < 300; number += 1) await happen(`event-${number}`);
    await world.clock.advance(62 * minute);
    expect(await names()).to.deep.equal([]);
    expect(results).to.deep.equal([again(60 * minute), again(10 * minute), again(60 * minute)]);
  });

  it('believes the latest of the times that an Event tells', () => {
    const event = { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' }, involvedObject: {} };
    const at = (more: object) => new Date(lastSeen({ ...event, ...more } as never)).toISOString();
    expect(at({})).to.equal('2026-01-01T00:00:00.000Z');
    expect(at({ eventTime: '2026-01-01T00:00:01.500000Z' })).to.equal('2026-01-01T00:00:01.500Z');
    expect(at({ series: { count: 2, lastObservedTime: '2026-01-02T00:00:00.000000Z' } })).to.equal(
      '2026-01-02T00:00:00.000Z',
    );
  });
});
