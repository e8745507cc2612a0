// EtcdStore with real etcds: under the suite of stores, with members killed by kill -9 while writers write, and with an
// etcd that refuses or does not answer.

import { expect } from 'chai';
import type { StoreEvent } from '../../core/contracts/store.ts';
import { describeStore } from '../../core/testing/describe-store.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, type Member, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';

describe('a real etcd', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  let stores = 0;
  before(async () => {
    servers = await EtcdServers.start();
  });
  after(() => servers?.stop());

  describeStore('etcd', () => {
    stores += 1;
    return new EtcdStore(connect({ endpoints: servers.endpoints, root: `/store-${stores}` }), new RealClock());
  });
});

describe('a cluster of three etcds', function () {
  this.timeout(120_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  let store: EtcdStore;
  const clock = new RealClock();
  before(async () => {
    servers = await EtcdServers.start(3);
    store = new EtcdStore(connect({ endpoints: servers.endpoints }), clock);
  });
  after(async () => {
    await store?.close();
    await servers?.stop();
  });

  /** Writers write until told to stop; what they were answered, by key. */
  async function whileWriting(work: () => Promise<void>): Promise<Map<string, { n: number; revision: number }>> {
    const acknowledged = new Map<string, { n: number; revision: number }>();
    let stopped = false;
    const writer = async (name: number) => {
      for (let n = 0; !stopped; n += 1) {
        const key = `/registry/keys/${name}`;
        try {
          const { modRevision } = await store.put(key, { n });
          acknowledged.set(key, { n, revision: modRevision });
        } catch {
          // A member went while it had the write: nobody was told that it is there.
          await clock.sleep(20);
        }
      }
    };
    const writers = Array.from({ length: 4 }, (_, name) => writer(name));
    await work();
    stopped = true;
    await Promise.all(writers);
    return acknowledged;
  }

  const leader = async (): Promise<Member> => {
    for (const member of servers.members) {
      const { client } = connect({ endpoints: [member.endpoint] });
      const status = await client.maintenance.status().catch(() => undefined);
      client.close();
      if (status && status.leader === status.header.member_id) return member;
    }
    throw new Error('no member says that it leads');
  };

  for (const whom of ['a member', 'the leader']) {
    it(`loses no acknowledged write when ${whom} is killed, and watchers go on without gap or repeat`, async () => {
      const start = await store.revision();
      const events: StoreEvent[] = [];
      const watching = store.watch('/registry/', { after: start }).subscribe((event) => events.push(event));
      let killed: Member | undefined;
      const acknowledged = await whileWriting(async () => {
        await clock.sleep(300);
        const first = await leader();
        killed = whom === 'the leader' ? first : servers.members.find((member) => member !== first);
        await killed?.kill();
        await clock.sleep(3000);
        killed?.start();
        await servers.ready();
        await clock.sleep(300);
      });
      const end = await store.revision();
      for (const [key, { n, revision }] of acknowledged) {
        const stored = await store.get(key);
        expect(stored?.modRevision).to.be.at.least(revision);
        if (stored?.modRevision === revision) expect(stored.value).to.deep.equal({ n });
      }
      await until(clock, () => (events.at(-1)?.revision ?? 0) >= end);
      watching.unsubscribe();
      const changes = events.filter(({ type }) => type !== 'progress').map(({ revision }) => revision);
      expect(changes).to.deep.equal(Array.from({ length: end - start }, (_, at) => start + 1 + at));
    });
  }
});

describe('etcd that is not as it should be', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);

  it('is told by its endpoints when it does not answer, and answers again by itself', async () => {
    const servers = await EtcdServers.start();
    const [member] = servers.members;
    const store = new EtcdStore(connect({ endpoints: servers.endpoints }), new RealClock());
    await store.put('/a', { n: 1 });
    await member?.kill();
    // A time to live is a lease, which etcd is asked for first.
    for (const ask of [() => store.get('/a'), () => store.put('/b', { n: 1 }, { ttl: 60 })]) {
      const message = String(await ask().catch((error) => error.message));
      expect(message).to.match(
        /^etcd at http:\/\/127\.0\.0\.1:\d+ does not answer \(.*\); it is asked again with every request$/,
      );
    }
    member?.start();
    await servers.ready();
    await until(new RealClock(), async () => (await store.get('/a').catch(() => undefined)) !== undefined);
    await store.close();
    await servers.stop();
  });

  it('refuses a value of more than it was told to take in the words of the limit', async () => {
    const servers = await EtcdServers.start(1, ['--max-request-bytes', '100000']);
    const store = new EtcdStore(connect({ endpoints: servers.endpoints }), new RealClock());
    const refusal = await store.put('/big', { text: 'x'.repeat(200_000) }).catch((error) => error.message);
    expect(refusal).to.equal('etcdserver: request is too large');
    expect(await store.get('/big')).to.equal(undefined);
    await store.close();
    await servers.stop();
  });
});

async function until(clock: RealClock, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = clock.now() + 20_000;
  while (!(await holds())) {
    if (clock.now() > end) throw new Error(`not within 20 s: ${holds}`);
    await clock.sleep(20);
  }
}
