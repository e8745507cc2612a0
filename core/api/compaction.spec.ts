import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { Compacted } from '../contracts/store.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { compactRegularly } from './compaction.ts';

describe('compaction', () => {
  it('keeps five minutes of history at least, and ten at most', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    const end = compactRegularly(store, clock);
    const { modRevision: first } = await store.put('/registry/a', { n: 1 });
    const old = () =>
      store.get('/registry/a', { at: first }).then(
        (stored) => stored?.value,
        (error) => error.constructor,
      );
    await clock.advance(60_000);
    await store.put('/registry/a', { n: 2 });
    await clock.advance(8 * 60_000);
    expect(await old()).to.deep.equal({ n: 1 });
    await clock.advance(60_000);
    expect(await old()).to.equal(Compacted);
    expect((await store.get('/registry/a'))?.value).to.deep.equal({ n: 2 });
    end();
    expect(clock.next, 'a timer is left').to.equal(undefined);
    await store.close();
  });

  it('goes on after a store that could not', async () => {
    const clock = new VirtualClock();
    const asked: number[] = [];
    let revision = 10;
    const store = {
      revision: async () => revision,
      compact: async (before: number) => {
        asked.push(before);
        if (asked.length === 1) throw new Error('disk full');
      },
    };
    const end = compactRegularly(store, clock, 1_000);
    await clock.advance(1_000);
    revision = 20;
    await clock.advance(2_000);
    end();
    await clock.advance(5_000);
    expect(asked).to.deep.equal([10, 10, 20]);
  });
});
