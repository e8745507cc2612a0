// Between memory and LMDB.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeCopies } from '../../core/storage/copies.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

describe('memory and lmdb', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-copy-'));
  let made = 0;
  after(() => rmSync(folder, { recursive: true, force: true }));

  describeCopies({
    memory: (clock) => new MemoryStore(clock),
    lmdb: (clock) => {
      made += 1;
      return new LmdbStore(new Ledger(path.join(folder, String(made)), 'kubelab'), clock);
    },
  });
});
