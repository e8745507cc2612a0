// Elected part: what its component does when it does not come back from start() or stop(), in virtual time.

import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { usualTimes } from '../control/leader-election/times.ts';
import { type Lease, Leases } from '../model/lease.ts';
import type { Draft } from '../model/meta.ts';
import { Namespaces } from '../model/namespace.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ElectedPart } from './elected-part.ts';
import { Leadership } from './leadership.ts';
import type { Part } from './part.ts';

const never = () => new Promise<never>(() => {});

describe('elected part', () => {
  let clock: VirtualClock;
  let plane: ControlPlane;
  let leadership: Leadership;
  let elected: ElectedPart;
  /** What its parts do that is out of the ordinary. */
  let odd: Partial<Part>;
  /** What was done and reported, in order. */
  let story: string[];

  beforeEach(async () => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    await plane.client.of(Namespaces).create({ metadata: { name: 'kube-system' }, spec: {} });
    odd = {};
    story = [];
    leadership = new Leadership({
      client: plane.client,
      clock,
      random: plane.random,
      name: 'kube-scheduler',
      identity: 'us',
      times: usualTimes,
    });
    elected = new ElectedPart({
      leadership,
      clock,
      keepsOn: false,
      build: () => ({
        start: () => (odd.start ?? (async () => void story.push('starts')))(),
        stop: () => (odd.stop ?? (async () => void story.push('stops')))(),
      }),
      report: (state, message = '') => void story.push(message === '' ? state : `${state}: ${message}`),
    });
  });
  afterEach(async () => {
    await plane.stop();
    expect(clock.next, 'a timer is left').to.equal(undefined);
  });

  /** Somebody writes that name into the Lease; '' for nobody's. */
  const leads = async (holderIdentity: string): Promise<void> => {
    const leases = plane.client.of(Leases).in('kube-system');
    const spec = { holderIdentity, leaseDurationSeconds: 100_000 };
    const { items } = await leases.list();
    const [lease] = items;
    if (lease) await leases.update({ ...lease, spec });
    else await leases.create({ metadata: { name: 'kube-scheduler' }, spec } as Draft<Lease>);
    await clock.advance(usualTimes.retryPeriod * 2.2);
  };
  const holder = async () => (await plane.client.of(Leases).in('kube-system').get('kube-scheduler')).spec;
  /** How the work ended after so many milliseconds. */
  const outcome = async (ms: number, work: Promise<unknown>): Promise<string> => {
    let end = 'not at all';
    work.then(
      () => (end = 'well'),
      (error: Error) => (end = error.message),
    );
    await clock.advance(ms);
    return end;
  };
  const ends = async () => {
    expect(await outcome(30_000, elected.stop())).to.equal('well');
    expect(await outcome(10_000, leadership.stop())).to.equal('well');
    expect((await holder())?.holderIdentity).to.equal('');
  };

  it('does not wait for ever for a stop when it loses the Lease, and takes part again', async () => {
    odd = { stop: never };
    await elected.start();
    await leads('them');
    expect(story).to.deep.equal(['starts']);
    odd = {};
    await clock.advance(10_000);
    const trouble = 'it failed while it stopped: it did not stop within 10 s';
    expect(story.slice(1)).to.deep.equal([`Failed: ${trouble}`, `Standby: them leads; ${trouble}`]);
    await leads('');
    expect(story.slice(3)).to.deep.equal(['starts', 'Running']);
    await ends();
  });

  it('gives up a start that does not come back, and tries again', async () => {
    await leads('them');
    odd = { start: never };
    await elected.start();
    expect(elected.standsBy).to.equal('them leads');
    await leads('');
    odd = {};
    await clock.advance(60_000 + usualTimes.retryPeriod);
    const trouble = 'it could not take over: it did not start within 60 s';
    expect(story).to.deep.equal(['stops', `Failed: ${trouble}`, 'starts', 'Running']);
    await ends();
  });

  it('gives up a start whose part does not come back from stop either', async () => {
    await leads('them');
    odd = { start: never, stop: never };
    await elected.start();
    await leads('');
    await clock.runUntil(() => story.length > 0, 70_000);
    expect(story).to.deep.equal(['Failed: it could not take over: it did not start within 60 s']);
    odd = {};
    await clock.advance(70_000 + usualTimes.retryPeriod);
    expect(story.slice(-2)).to.deep.equal(['starts', 'Running']);
    await ends();
  });

  for (const [what, parts] of [
    ['start', { start: never }],
    ['start and stop', { start: never, stop: never }],
  ] as const) {
    it(`ends in bounded time, and gives the Lease back, when what takes over hangs in its ${what}`, async () => {
      await leads('them');
      odd = parts;
      await elected.start();
      await leads('');
      await leads('them'); // from now on the election waits for the part to end
      await leads('');
      expect(await outcome(10_000, elected.stop())).to.equal('it did not stop within 10 s');
      expect(await outcome(10_000, leadership.stop())).to.equal('well');
      expect((await holder())?.holderIdentity).to.equal('');
      await clock.advance(120_000);
      expect(
        story.filter((text) => text !== 'stops'),
        'nothing begins after the end',
      ).to.deep.equal([]);
    });
  }
});
