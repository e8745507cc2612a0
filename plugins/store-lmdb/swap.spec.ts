// Between memory and LMDB while clients write and watch: each revision stays as it was, and nobody notices.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeSwaps } from '../../core/storage/swaps.fixture.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

describe('a swap of the store', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-swap-'));
  let made = 0;
  after(() => rmSync(folder, { recursive: true, force: true }));

  const memory = () => new MemoryStore(new RealClock());
  const lmdb = () => {
    made += 1;
    return new LmdbStore(new Ledger(path.join(folder, String(made)), 'kubelab'), new RealClock());
  };
  describeSwaps({ memory, lmdb }, [
    ['memory', 'lmdb'],
    ['lmdb', 'memory'],
  ]);
});
