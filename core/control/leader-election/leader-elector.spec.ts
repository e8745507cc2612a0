// Leader election: what the Lease says, who leads when, and, for many seeds, that two never do: with slow and cut lines,
// lost answers, crashes, and clocks that run at different rates.

import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';
import type { ApiClient, ResourceClient } from '../../contracts/api-client.ts';
import type { Clock } from '../../contracts/clock.ts';
import { Events } from '../../model/event.ts';
import { type Lease, Leases } from '../../model/lease.ts';
import type { KubeObject } from '../../model/meta.ts';
import { Namespaces } from '../../model/namespace.ts';
import type { ResourceHandle } from '../../model/resource.ts';
import { ApiError } from '../../model/status.ts';
import { ControlPlane } from '../../testing/control-plane.ts';
import { runs } from '../../testing/runs.ts';
import { SeededRandom } from '../../time/random.ts';
import { sleepOn } from '../../time/real-clock.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';
import { EventRecorder } from '../event-recorder.ts';
import { LeaderElector } from './leader-elector.ts';
import { LeaseLock } from './lease-lock.ts';
import { longestGap, problemsOfTimes, usualTimes } from './times.ts';

/** A clock that runs faster than the world's, and shows another date. */
class OwnClock {
  constructor(
    readonly world: VirtualClock,
    readonly rate: number,
    readonly offset: number,
  ) {}
  now(): number {
    return Math.floor(this.world.now() * this.rate + this.offset);
  }
  schedule(ms: number, work: () => void) {
    return this.world.schedule(ms / this.rate, work);
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }
}

/** The way to the API: it takes its time, it loses questions and answers; what was sent arrives even when nobody waits for it. */
class Line {
  there = 0;
  back = 0;
  isCut = false;

  constructor(
    readonly client: ApiClient,
    readonly world: VirtualClock,
  ) {}

  get user() {
    return this.client.user;
  }

  of<T extends KubeObject>(resource: ResourceHandle<T>): ResourceClient<T> {
    const through = (inner: ResourceClient<T>): ResourceClient<T> =>
      ({
        in: (namespace: string) => through(inner.in(namespace)),
        get: (name: string) => this.#send(() => inner.get(name)),
        create: (object: T) => this.#send(() => inner.create(object)),
        update: (object: T) => this.#send(() => inner.update(object)),
      }) as unknown as ResourceClient<T>;
    return through(this.client.of(resource));
  }

  async #send<R>(work: () => Promise<R>): Promise<R> {
    await this.#travel(this.there);
    const answer = await work();
    await this.#travel(this.back);
    return answer;
  }

  async #travel(ms: number): Promise<void> {
    if (ms > 0) await this.world.sleep(ms);
    if (this.isCut) throw new ApiError(503, 'ServiceUnavailable', 'the line is cut');
  }
}

class Candidate {
  readonly line: Line;
  readonly elector: LeaderElector;
  readonly told: string[] = [];
  isDead = false;
  terms = 0;

  constructor(
    readonly election: Election,
    readonly name: string,
    clock: Pick<Clock, 'now' | 'schedule' | 'sleep'> = election.clock,
  ) {
    const random = new SeededRandom(name);
    this.line = new Line(election.plane.client, election.clock);
    const lock = new LeaseLock({
      client: this.line,
      namespace: 'kube-system',
      name: 'kube-scheduler',
      identity: name,
      recorder: election.recorder,
    });
    this.elector = new LeaderElector({
      lock,
      clock: clock as Clock,
      random,
      onStartedLeading: (signal) => {
        this.terms += 1;
        if (this.isDead) return;
        expect(
          election.leaders().map((one) => one.name),
          `at ${election.clock.now()}`,
        ).to.deep.equal([name]);
        this.told.push('leads');
        signal.addEventListener('abort', () => this.told.push('may not lead'), { once: true });
      },
      onStoppedLeading: async () => void this.told.push('stopped'),
      onNewLeader: (leader) => void this.told.push(`leader: ${leader}`),
    });
    election.candidates.push(this);
  }

  /** As a process that is killed: nothing of it reaches anybody any more. */
  crash(): void {
    this.isDead = true;
    this.line.isCut = true;
  }
}

class Election {
  readonly clock = new VirtualClock();
  readonly plane = new ControlPlane(new MemoryStore(this.clock), this.clock);
  readonly candidates: Candidate[] = [];
  readonly recorder = new EventRecorder({
    client: this.plane.client,
    clock: this.clock,
    random: new SeededRandom(1),
    component: 'kube-scheduler',
  });

  async start(...candidates: Candidate[]): Promise<void> {
    for (const { elector } of candidates) {
      void elector.start();
      await this.clock.settle();
    }
  }

  leaders(): Candidate[] {
    return this.candidates.filter(({ isDead, elector }) => !isDead && elector.isLeader);
  }

  lease(): Promise<Lease> {
    return this.plane.client.of(Leases).in('kube-system').get('kube-scheduler');
  }

  async end(): Promise<void> {
    const ends = this.candidates.map(({ elector }) => elector.stop());
    await this.clock.advance(60_000);
    await Promise.all(ends);
    await this.recorder.stop();
    await this.plane.stop();
    expect(this.clock.next, 'a timer is left').to.equal(undefined);
  }
}

describe('LeaderElector', () => {
  let election: Election;
  beforeEach(async () => {
    election = new Election();
    await election.plane.client.of(Namespaces).create({ metadata: { name: 'kube-system' }, spec: {} });
  });

  it('takes a free Lease, writes what Kubernetes writes, and renews it', async () => {
    const a = new Candidate(election, 'a');
    await election.start(a);
    const { spec } = await election.lease();
    const began = '2026-01-01T00:00:00.000000Z';
    expect(spec).to.deep.equal({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: began,
      renewTime: began,
      leaseTransitions: 0,
    });
    await election.clock.advance(7000);
    const later = await election.lease();
    expect(later.spec).to.deep.equal({ ...spec, renewTime: '2026-01-01T00:00:06.000000Z' });
    expect(a.told).to.deep.equal(['leader: a', 'leads']);
    await a.elector.stop();
    expect((await election.lease()).spec?.holderIdentity).to.equal('');
    await election.end();
    expect(a.told).to.deep.equal(['leader: a', 'leads', 'may not lead', 'stopped']);
  });

  it('is taken over from who has died, in the time that is promised, and says so in an event', async () => {
    const [a, b] = [new Candidate(election, 'a'), new Candidate(election, 'b')];
    await election.start(a, b);
    await election.clock.advance(60_000);
    expect([a.elector.isLeader, b.elector.isLeader, b.elector.leader]).to.deep.equal([true, false, 'a']);
    a.crash();
    const died = election.clock.now();
    await election.clock.runUntil(() => b.elector.isLeader);
    expect(election.clock.now() - died).to.be.within(
      usualTimes.leaseDuration - usualTimes.retryPeriod,
      longestGap(usualTimes),
    );
    expect((await election.lease()).spec).to.include({ holderIdentity: 'b', leaseTransitions: 1 });
    await election.recorder.flush();
    const { items } = await election.plane.client.of(Events).in('kube-system').list();
    const { involvedObject, reason, message, type } = items.at(-1)!;
    expect({ reason, message, type }).to.deep.equal({
      reason: 'LeaderElection',
      message: 'b became leader',
      type: 'Normal',
    });
    expect(involvedObject).to.include({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: 'kube-system',
      name: 'kube-scheduler',
    });
    await election.end();
  });

  it('hands over at the other one’s next try when it is stopped, after its work has stopped', async () => {
    const [a, b] = [new Candidate(election, 'a'), new Candidate(election, 'b')];
    await election.start(a, b);
    const began = election.clock.now();
    await a.elector.stop();
    expect(a.told.at(-1)).to.equal('stopped');
    expect((await election.lease()).spec).to.include({ holderIdentity: '', leaseDurationSeconds: 1 });
    await election.clock.runUntil(() => b.elector.isLeader);
    expect(election.clock.now() - began).to.be.at.most(usualTimes.retryPeriod * 2.2);
    await election.end();
  });

  it('stops its work when it cannot renew, in time, and stands by; then it leads again', async () => {
    const a = new Candidate(election, 'a');
    await election.start(a);
    a.line.isCut = true;
    await election.clock.runUntil(() => !a.elector.isLeader);
    expect(election.clock.now() - Date.UTC(2026, 0, 1)).to.equal(usualTimes.renewDeadline);
    await election.clock.settle();
    expect(a.told.slice(1)).to.deep.equal(['leads', 'may not lead', 'stopped']);
    a.line.isCut = false;
    await election.clock.runUntil(() => a.elector.isLeader, 5000);
    expect((await election.lease()).spec).to.include({ holderIdentity: 'a', leaseTransitions: 0 });
    await election.end();
  });

  it('stops when another one’s name is written by hand', async () => {
    const a = new Candidate(election, 'a');
    await election.start(a);
    const lease = await election.lease();
    await election.plane.client
      .of(Leases)
      .in('kube-system')
      .update({ ...lease, spec: { ...lease.spec, holderIdentity: 'b' } });
    await election.clock.advance(usualTimes.retryPeriod);
    expect(a.told).to.deep.equal(['leader: a', 'leads', 'may not lead', 'leader: b', 'stopped']);
    await election.clock.advance(longestGap(usualTimes));
    expect(a.elector.isLeader).to.equal(true);
    await election.end();
  });

  it('compares no dates: neither an old one in the Lease nor one in the future says anything', async () => {
    for (const year of [1999, 2099]) {
      const date = `${year}-01-01T00:00:00.000000Z`;
      const spec = { holderIdentity: 'x', leaseDurationSeconds: 15, acquireTime: date, renewTime: date };
      const metadata = { name: 'kube-scheduler', namespace: 'kube-system' };
      const leases = election.plane.client.of(Leases).in('kube-system');
      const there = await leases.get('kube-scheduler').catch(() => undefined);
      await (there ? leases.update({ ...there, spec }) : leases.create({ metadata, spec }));
      const one = new Candidate(election, `of ${year}`);
      const began = election.clock.now();
      await election.start(one);
      await election.clock.runUntil(() => one.elector.isLeader);
      expect(election.clock.now() - began).to.be.within(15_000, longestGap(usualTimes));
      one.crash();
    }
    await election.end();
  });

  it('with its name in the Lease already, it leads at once: who was killed is itself again', async () => {
    const a = new Candidate(election, 'a');
    await election.start(a);
    a.crash();
    const again = new Candidate(election, 'a');
    await election.start(again);
    expect(again.elector.isLeader).to.equal(true);
    await election.end();
  });

  it('never two lead at once, and soon one does, whatever the lines, clocks and processes do', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.integer(), (seed) => trouble(seed)),
      runs(5),
    );
  });

  it('names times that cannot work', () => {
    expect(problemsOfTimes(usualTimes)).to.deep.equal([]);
    expect(problemsOfTimes({ leaseDuration: 10_000, renewDeadline: 10_000, retryPeriod: 9000 })).to.deep.equal([
      'leaseDuration must be greater than renewDeadline; found 10 s and 10 s',
      'renewDeadline must be greater than retryPeriod x 1.2; found 10 s and 9 s',
    ]);
    expect(problemsOfTimes({ leaseDuration: 1500, renewDeadline: 1000, retryPeriod: 0 })).to.have.length(2);
  });
});

/** Five minutes of an election in which something goes wrong every few seconds. */
async function trouble(seed: number): Promise<void> {
  const election = new Election();
  const random = new SeededRandom(seed);
  await election.plane.client.of(Namespaces).create({ metadata: { name: 'kube-system' }, spec: {} });
  const add = async () => {
    const clock = new OwnClock(election.clock, random.pick([1, 1.49, 1 + random.next() * 0.49])!, random.int(1e10));
    await election.start(new Candidate(election, `${election.candidates.length}`, clock));
  };
  for (let count = 0; count < 3; count += 1) await add();
  for (let time = 0; time < 300_000; ) {
    const ms = random.int(8000);
    time += ms;
    await election.clock.advance(ms);
    // Mostly who leads: that is where it matters.
    const [leader] = random.int(3) > 0 ? election.leaders() : [];
    const { line, elector } = leader ?? random.pick(election.candidates.filter(({ isDead }) => !isDead))!;
    const what = random.int(10);
    if (what < 3) line.isCut = true;
    else if (what < 4) line.there = random.int(14_000);
    else if (what < 6) line.back = random.int(6000);
    else if (what < 9) Object.assign(line, { isCut: false, there: random.int(300), back: random.int(300) });
    else {
      const one = election.candidates.find((candidate) => candidate.elector === elector)!;
      if (random.int(2) === 0) one.crash();
      else void elector.stop().then(() => one.crash());
      await add();
    }
    expect(election.leaders().length, `leaders at ${time}`).to.be.at.most(1);
  }
  for (const { isDead, line } of election.candidates) {
    if (!isDead) Object.assign(line, { isCut: false, there: 0, back: 0 });
  }
  await election.clock.advance(15_000 + longestGap(usualTimes));
  const names = election.leaders().map(({ name }) => name);
  expect(names, 'who leads in the end').to.have.length(1);
  expect((await election.lease()).spec?.holderIdentity).to.equal(names[0]);
  expect(election.candidates.reduce((sum, { terms }) => sum + terms, 0)).to.be.greaterThan(1);
  await election.end();
}
