// RoomAhead, by the file of a store that grows: in steps, not with each write, and nothing in it is touched.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

describe('a ledger’s file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-ahead-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('grows ahead of what is written, in steps, and keeps everything', async () => {
    const writes = 40;
    const text = 'x'.repeat(3000);
    const ledger = new Ledger(folder, 'test');
    const store = new LmdbStore(ledger, new VirtualClock());
    const sizes = new Set<number>();
    for (let at = 0; at < writes; at += 1) {
      await store.put(`/${at}`, { at, text });
      sizes.add(ledger.size);
    }
    expect(sizes.size).to.be.lessThan(writes / 5);
    await store.close();

    const again = new LmdbStore(new Ledger(folder, 'test'), new VirtualClock());
    const { items } = await again.list('/');
    expect(items.map(({ key, value }) => [key, value])).to.have.deep.members(
      Array.from({ length: writes }, (_, at) => [`/${at}`, { at, text }]),
    );
    await again.close();
  });
});
