// The store as a component: how far a copy is, what is said when it cannot be made, and that one which is given up changes nothing.

import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import type { SnapshotItem, Store } from '../contracts/store.ts';
import { ExchangeableStore } from '../storage/exchangeable-store.ts';
import { nextTurn } from '../time/turn.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { NextStore } from './store-part.ts';

describe('a store that is swapped in', () => {
  const memory = () => new MemoryStore(new VirtualClock());
  let current: ExchangeableStore;
  beforeEach(async () => {
    current = new ExchangeableStore(memory());
    for (let n = 0; n < 20; n += 1) await current.put(`/registry/k${n}`, { n });
  });
  const failure = (asked: Promise<unknown>): Promise<Error> =>
    asked.then(
      () => new Error('no error'),
      (error: Error) => error,
    );

  /** Takes an item whenever it is told to. */
  function slow(): { store: Store; step(): Promise<void> } {
    const store = memory();
    const fill = store.restore.bind(store);
    let step = () => {};
    store.restore = (items, options) => {
      const gated = async function* (): AsyncGenerator<SnapshotItem> {
        for await (const item of items) {
          yield item;
          await new Promise<void>((resolve) => {
            step = resolve;
          });
        }
      };
      return fill(gated(), options);
    };
    return {
      store,
      step: async () => {
        step();
        await nextTurn();
      },
    };
  }

  it('tells how far the copy is', async () => {
    const { store, step } = slow();
    const part = new NextStore(current, () => store);
    await part.prepare();
    const started = part.start();
    await nextTurn();
    const seen = [part.progress];
    for (let n = 0; n < 20; n += 1) {
      await step();
      seen.push(part.progress);
    }
    await started;
    for (let n = 1; n < 20; n += 1) expect(seen[n], `step ${n}`).to.be.greaterThan(seen[n - 1]!);
    expect((await current.put('/registry/k0', {})).version).to.equal(2);
  });

  it('does not take the place of the former one when it is given up on the way', async () => {
    const { store, step } = slow();
    const part = new NextStore(current, () => store);
    await part.prepare();
    const started = failure(part.start());
    await nextTurn();
    const writing = current.put('/registry/k0', { n: 'new' });
    await part.stop();
    await step();
    expect((await started).message).to.equal('the copy was given up');
    expect((await writing).version).to.equal(2);
    expect(await current.count('/')).to.equal(20);
  });

  it('is not closed any more when it has taken the place, though the former one does not come back from its end', async () => {
    const former = memory();
    current = new ExchangeableStore(former);
    former.close = () => new Promise(() => {});
    const part = new NextStore(current, memory);
    await part.prepare();
    void part.start();
    await nextTurn();
    await part.stop();
    expect((await current.put('/registry/k0', {})).version).to.equal(1);
    expect(current.isOn(former)).to.equal(false);
  });

  it('is refused when it holds something, in words that say what to do, and stays as it is', async () => {
    const full = memory();
    await full.put('/registry/former', {});
    const part = new NextStore(current, () => full);
    await part.prepare();
    const { name, message } = await failure(part.start());
    expect(name).to.equal('ConfigurationError');
    expect(message).to.match(/^the store to swap to is not empty: .* goes on with .* move its folder away/);
    expect(await full.count('/')).to.equal(1);
    expect((await current.put('/registry/k0', {})).version).to.equal(2);
  });
});
