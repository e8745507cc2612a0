// ExchangeableStore: under the suite of stores, and while one store takes another one's place under writers and watchers.

import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { Compacted, type Store, type StoreEvent } from '../contracts/store.ts';
import { describeStore } from '../testing/describe-store.ts';
import { RealClock } from '../time/real-clock.ts';
import { nextTurn } from '../time/turn.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ExchangeableStore } from './exchangeable-store.ts';

describeStore('memory, exchangeable', () => new ExchangeableStore(new MemoryStore(new RealClock())));

/** A store that numbers by itself, as etcd does: whatever is restored gets new numbers. */
async function numberedAnew(): Promise<Store> {
  const store = new MemoryStore(new VirtualClock());
  for (let n = 0; n < 100; n += 1) await store.put('/others', { n });
  await store.delete('/others');
  store.restore = async (items) => {
    for await (const { key, value } of items) await store.put(key, value);
  };
  return store;
}

describe('a store that is exchanged', () => {
  const memory = () => new MemoryStore(new VirtualClock());

  it('goes on with the same objects and numbers, and closes the former', async () => {
    const former = memory();
    const store = new ExchangeableStore(former);
    await store.put('/a', { n: 1 });
    const b = await store.put('/b', { n: 2 });
    const events: StoreEvent[] = [];
    store.watch('/a', { after: 1 }).subscribe((event) => events.push(event));
    await store.exchange(memory());
    expect(await store.get('/b')).to.deep.equal(b);
    expect((await store.put('/a', { n: 3 })).modRevision).to.equal(b.modRevision + 1);
    await nextTurn();
    expect(events.filter(({ type }) => type === 'put').map(({ revision }) => revision)).to.deep.equal([2, 4]);
    expect(String(await former.put('/c', {}).catch((error) => error))).to.include('closed');
  });

  it('loses no write of many that go on meanwhile, and shows each one once', async () => {
    const store = new ExchangeableStore(memory());
    const seen: number[] = [];
    store.watch('/', { after: 1 }).subscribe((event) => event.type === 'put' && seen.push(event.revision));
    let stopped = false;
    const written: number[] = [];
    const writers = ['/a', '/b', '/c'].map(async (key) => {
      for (let n = 0; !stopped; n += 1) {
        written.push((await store.put(key, { n })).modRevision);
        if (n % 7 === 0) await nextTurn();
      }
    });
    for (let times = 0; times < 5; times += 1) {
      await nextTurn();
      await store.exchange(memory());
    }
    stopped = true;
    await Promise.all(writers);
    await nextTurn();
    const sorted = [...written].sort((a, b) => a - b);
    expect(new Set(sorted).size).to.equal(sorted.length);
    expect(seen).to.deep.equal(sorted);
  });

  it('sends watchers back to listing when the next one numbers by itself', async () => {
    const store = new ExchangeableStore(memory());
    const { modRevision } = await store.put('/a', { n: 1 });
    const ended = new Promise((resolve) => store.watch('/', { after: modRevision }).subscribe({ error: resolve }));
    await store.exchange(await numberedAnew());
    expect(await ended).to.be.instanceOf(Compacted);
    expect((await store.get('/a'))?.value).to.deep.equal({ n: 1 });
    expect((await store.get('/a'))?.modRevision).to.be.greaterThan(modRevision);
  });

  it('deletes what a time to live has ended during the copy under the same number: none is given out twice', async () => {
    const clock = new VirtualClock();
    const store = new ExchangeableStore(new MemoryStore(clock));
    await store.put('/stays', {});
    await store.put('/soon', {}, { ttl: 10 });
    const seen: string[] = [];
    store.watch('/', { after: 3 }).subscribe(({ type, revision }) => seen.push(`${type} ${revision}`));
    const next = new MemoryStore(new VirtualClock());
    const fill = next.restore.bind(next);
    next.restore = async (items, options) => {
      await fill(items, options);
      await clock.advance(11_000);
    };
    await store.exchange(next);
    expect((await store.list('/')).items.map(({ key }) => key)).to.deep.equal(['/stays']);
    expect((await store.put('/new', {})).modRevision).to.equal(5);
    await nextTurn();
    expect(seen).to.deep.equal(['delete 4', 'put 5']);
  });

  it('has gone over even when the former one cannot be closed', async () => {
    const former = memory();
    former.close = () => Promise.reject(new Error('the disk is gone'));
    const store = new ExchangeableStore(former);
    await store.put('/a', { n: 1 });
    await store.exchange(memory());
    expect((await store.put('/a', { n: 2 })).version).to.equal(2);
  });

  it('stays with the old one when the copy fails', async () => {
    const store = new ExchangeableStore(memory());
    await store.put('/a', { n: 1 });
    const full = memory();
    await full.put('/there/already', {});
    expect(String(await store.exchange(full).catch((error) => error))).to.include('the store is not empty');
    expect((await store.put('/a', { n: 2 })).version).to.equal(2);
  });
});
