// What the memory store promises beyond the contract: expiry by the clock, automatic compaction, nothing left open.

import { expect } from 'chai';
import { describeStore } from '../../core/testing/describe-store.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from './memory-store.ts';

describeStore('memory', () => new MemoryStore(new RealClock()));

describe('memory store', () => {
  it('deletes a key when its time is over, counted anew by each put', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    const types: string[] = [];
    store.watch('/', { after: 1 }).subscribe((event) => types.push(event.type));
    await store.put('/a', {}, { ttl: 10 });
    await clock.advance(9_000);
    await store.put('/a', {}, { ttl: 10 });
    await clock.advance(9_000);
    expect(await store.get('/a')).not.to.equal(undefined);
    await clock.advance(1_000);
    expect(await store.get('/a')).to.equal(undefined);
    expect(types).to.deep.equal(['put', 'put', 'delete']);
    await store.close();
  });

  it('keeps a key for good that is put again without a time', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    await store.put('/a', {}, { ttl: 10 });
    await store.put('/a', {});
    await clock.advance(20_000);
    expect(await store.get('/a')).not.to.equal(undefined);
  });

  it('compacts by itself once it keeps twice as many changes as it has to', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock, 10);
    for (let n = 0; n < 25; n += 1) await store.put('/a', { n });
    await clock.settle();
    const errors: unknown[] = [];
    store.watch('/', { after: 1 }).subscribe({ error: (error) => errors.push(error) });
    await clock.settle();
    expect(errors).to.have.length(1);
    expect((await store.get('/a', { at: 16 }))?.value).to.deep.equal({ n: 14 });
  });

  it('keeps thousands of keys in order, put in any order and taken out', async () => {
    const store = new MemoryStore(new RealClock());
    const keys = Array.from({ length: 3000 }, (_, n) => `/${(n * 7919) % 3000}`);
    for (const key of keys) await store.put(key, {});
    for (const key of keys.slice(0, 1500)) await store.delete(key);
    await store.compact(await store.revision());
    const { items } = await store.list('/');
    expect(items.map(({ key }) => key)).to.deep.equal(keys.slice(1500).sort());
  });

  it('leaves no watch and no timer when it is closed', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    store.watch('/', { after: 1 }).subscribe();
    await store.put('/a', {}, { ttl: 10 });
    expect(store.watchers).to.equal(1);
    await store.close();
    expect(store.watchers).to.equal(0);
    expect(clock.next).to.equal(undefined);
  });
});
