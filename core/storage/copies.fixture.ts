// What a cluster that goes over from one store to another (`kubelab swap store`) keeps, for each pair of stores: what is left of
// times to live, and that no revision that anybody has seen is given out again.
//   describeCopies({ memory: (clock) => new MemoryStore(clock), lmdb: ... });

import { expect } from 'chai';
import type { Clock } from '../contracts/clock.ts';
import type { SnapshotItem, Store } from '../contracts/store.ts';
import { RealClock } from '../time/real-clock.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { ExchangeableStore } from './exchangeable-store.ts';

export interface CopyOptions {
  /** Stores that count time by a clock of their own, in whole seconds, and round up a little. */
  readonly ownTime?: readonly string[];
}

export function describeCopies(
  stores: Readonly<Record<string, (clock: Clock) => Store>>,
  { ownTime = [] }: CopyOptions = {},
): void {
  let clock: VirtualClock;
  let store: ExchangeableStore | undefined;
  const first = (name: string): ExchangeableStore => {
    clock = new VirtualClock();
    store = new ExchangeableStore(stores[name]!(clock));
    return store;
  };
  const pairs = Object.keys(stores).flatMap((from) => Object.keys(stores).map((to) => [from, to] as const));

  describe('a store that takes the place of another', () => {
    afterEach(() => store?.close());

    for (const [from, to] of pairs) {
      it(`${from} to ${to}: a key goes when its time is over, counted from when it was put`, async () => {
        const store = first(from);
        await store.put('/soon', { n: 1 }, { ttl: 100 });
        await store.put('/late', { n: 2 }, { ttl: 1000 });
        await store.put('/stays', { n: 3 });
        await clock.advance(40_000);
        await store.exchange(stores[to]!(clock));
        const copied = await items(store);
        const isExact = !ownTime.includes(from) && !ownTime.includes(to);
        expect(copied.get('/soon')?.ttl).to.be.within(isExact ? 60 : 50, isExact ? 60 : 115);
        expect(copied.get('/stays')).to.deep.include({ value: { n: 3 } });
        expect(copied.get('/stays')).not.to.have.property('ttl');
        if (!isExact) return;
        await clock.advance(59_000);
        expect(await store.count('/')).to.equal(3);
        await clock.advance(2000);
        await until(async () => (await store.count('/')) === 2);
        expect([...(await items(store)).keys()]).to.deep.equal(['/late', '/stays']);
        await store.put('/late', {});
        expect((await items(store)).get('/late')).not.to.have.property('ttl');
      });

      it(`${from} to ${to}: goes on after the last revision, which was a deletion`, async () => {
        const store = first(from);
        await store.put('/a', {});
        await store.put('/b', {});
        await store.delete('/b');
        const last = await store.revision();
        await store.exchange(stores[to]!(clock));
        expect(await store.revision()).to.be.at.least(last);
        expect((await store.put('/c', {})).modRevision).to.be.greaterThan(last);
      });
    }
  });
}

async function items(store: Store): Promise<Map<string, SnapshotItem>> {
  const found = new Map<string, SnapshotItem>();
  for await (const item of store.snapshot()) found.set(item.key, item);
  return found;
}

/** Waits, for disks. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const real = new RealClock();
  const end = real.now() + 10_000;
  while (!(await holds()) && real.now() < end) await real.sleep(5);
}
