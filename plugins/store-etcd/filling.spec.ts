// Filling an empty etcd with another store's objects: all of it or nothing, and what anybody has seen of the old numbers is
// refused from then on, so that whoever watches lists again.

import { expect } from 'chai';
import { Compacted, type SnapshotItem, type StoreEvent, TooLarge } from '../../core/contracts/store.ts';
import { ExchangeableStore } from '../../core/storage/exchangeable-store.ts';
import { allTests } from '../../core/testing/runs.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { connect } from './connect.ts';
import { EtcdServers, hasEtcd, withoutEtcd } from './etcd-server.fixture.ts';
import { EtcdStore } from './etcd-store.ts';
import type { Etcd } from './etcd-stream.ts';

/** With all tests. */
const later = allTests ? it : () => {};

describe('an etcd that is filled', function () {
  this.timeout(60_000);
  if (!hasEtcd) return void it.skip(withoutEtcd);
  let servers: EtcdServers;
  let etcd: Etcd;
  const opened: { close(): Promise<void> }[] = [];
  const lost: unknown[] = [];
  const note = (error: unknown) => void lost.push(error);
  const open = (root: string): EtcdStore => {
    const store = new EtcdStore(connect({ endpoints: servers.endpoints, root }), new RealClock());
    opened.push(store);
    return store;
  };
  const items = (count: number, from = 0): SnapshotItem[] =>
    Array.from({ length: count }, (_, at) => {
      const modRevision = from + at + 2;
      return { key: `/registry/k${from + at}`, value: { at }, createRevision: modRevision, modRevision, version: 1 };
    });
  const failure = (asked: Promise<unknown>): Promise<Error> =>
    asked.then(
      () => new Error('it was answered'),
      (error: Error) => error,
    );
  const watched = (store: EtcdStore | ExchangeableStore, after: number): Promise<unknown> =>
    new Promise((resolve) => store.watch('/', { after }).subscribe({ next: resolve, error: resolve }));
  const keys = async (root: string) => (await etcd.client.getAll().prefix(`${root}/`).keys()).length;

  before(async () => {
    servers = await EtcdServers.start(1, ['--max-request-bytes', '100000']);
    etcd = connect({ endpoints: servers.endpoints });
    process.on('unhandledRejection', note);
  });
  after(async () => {
    process.off('unhandledRejection', note);
    for (const store of opened) await store.close();
    etcd?.client.close();
    await servers?.stop();
    expect(lost).to.deep.equal([]);
  });

  it('answers nothing of the time before: who saw the old numbers lists again, later too', async () => {
    const memory = new MemoryStore(new RealClock());
    const store = new ExchangeableStore(memory);
    opened.push(store);
    for (let n = 0; n < 25; n += 1) await store.put(`/registry/pods/default/p${n}`, { n });
    const seen = await store.revision();
    await store.delete('/registry/pods/default/p3');
    await store.exchange(open('/moved'));
    const now = await store.revision();
    expect(now).to.be.greaterThan(seen + 1);
    const second = open('/moved');
    // Asked before it is open: that is the first thing that a server does.
    const atOnce = watched(second, seen);
    for (const one of [store, second]) {
      for (const after of [1, 5, seen, seen + 1, now - 1])
        expect(await watched(one, after), `watch after ${after}`).to.be.instanceOf(Compacted);
      expect(await failure(one.list('/', { at: 5 }))).to.be.instanceOf(Compacted);
      expect(await failure(one.get('/registry/pods/default/p3', { at: seen }))).to.be.instanceOf(Compacted);
      expect((await one.list('/', { at: now })).items).to.have.length(24);
    }
    expect(await atOnce).to.be.instanceOf(Compacted);
    const events = [watched(store, now), watched(second, now)] as Promise<StoreEvent>[];
    const { modRevision } = await store.put('/registry/pods/default/new', {});
    for (const event of events) expect(await event).to.deep.include({ type: 'put', revision: modRevision });
  });

  later('goes past an old store of many revisions', async () => {
    const store = open('/old');
    const past = (await store.revision()) + 600;
    const steps: number[] = [];
    await store.restore(items(3), { after: past, progress: () => void steps.push(1) });
    expect(await store.revision()).to.equal(past + 1);
    expect(await keys('/old')).to.equal(3);
    expect(steps.length).to.be.greaterThan(100);
  });

  it('is empty again when one of the objects is refused, and can be filled then', async () => {
    const store = open('/refused');
    const big: SnapshotItem = { ...items(1, 500)[0]!, value: { text: 'x'.repeat(200_000) } };
    expect(await failure(store.restore([...items(70), big, ...items(70, 1000)]))).to.be.instanceOf(TooLarge);
    expect(await keys('/refused')).to.equal(0);
    await store.restore(items(3));
    expect(await store.count('/')).to.equal(3);
  });

  later('is empty again when what it is filled from fails', async () => {
    const store = open('/broken');
    const source = async function* () {
      yield* items(200);
      throw new Error('the former store is gone');
    };
    expect((await failure(store.restore(source()))).message).to.equal('the former store is gone');
    expect(await keys('/broken')).to.equal(0);
    await open('/broken').restore(items(3));
  });

  later('is empty again when it is closed meanwhile', async () => {
    const store = open('/closed');
    let closed: Promise<void> | undefined;
    const source = async function* () {
      yield* items(200);
      closed = store.close();
      yield* items(200, 200);
    };
    expect((await failure(store.restore(source()))).message).to.equal('the store is closed');
    await closed;
    expect(await keys('/closed')).to.equal(0);
    await open('/closed').restore(items(3));
  });

  it('is not opened while it is filled, nor with half a copy that a killed process left; the message says what to do', async () => {
    const store = open('/half');
    let goOn = () => {};
    const source = async function* () {
      yield* items(20);
      await new Promise<void>((resolve) => {
        goOn = resolve;
        void failure(open('/half').count('/')).then((error) => {
          message = error.message;
          resolve();
        });
      });
    };
    let message = '';
    await store.restore(source());
    goOn();
    expect(message).to.match(
      /is being filled below \/half\/registry, or was when a process ended .*etcdctl del --prefix \/half\/registry\/ && etcdctl del kubelab\.dev\/store\/half$/,
    );
    expect(await open('/half').count('/')).to.equal(20);
  });

  it('is not filled when it holds something, and says how it is emptied', async () => {
    const store = open('/full');
    await store.put('/registry/a', {});
    expect((await failure(store.restore(items(3)))).message).to.match(
      /^etcd at .* already holds 1 object below \/full\/registry, .*etcdctl del --prefix \/full\/registry\//,
    );
    expect(await store.count('/')).to.equal(1);
  });
});
