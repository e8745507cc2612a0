// Compaction that waits for its disk: what it drops is gone from the file before the answer is here, and whoever comes meanwhile
// must not look there. A watch that did once stopped the delivery of all events, and the next compaction waited for ever.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import { Compacted, type Revision } from '../../core/contracts/store.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { type Disk, diskThread, type Transaction } from './disk-thread.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

/** Holds back its answer to a compaction, which it carries out, or refuses. */
class HoldingDisk implements Disk {
  isFull = false;
  #release: () => void = () => {};
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });
  #drop: () => void = () => {};
  /** Resolves when the changes are dropped, or the disk has refused. */
  readonly dropped = new Promise<void>((resolve) => {
    this.#drop = resolve;
  });

  async write(file: string, transaction: Transaction): Promise<void> {
    if (!transaction.removed) return diskThread.write(file, transaction);
    if (!this.isFull) await diskThread.write(file, transaction);
    this.#drop();
    await this.#released;
    if (this.isFull) throw new Error('No space left on device');
  }

  close(file: string): Promise<void> {
    return diskThread.close(file);
  }

  release(): void {
    this.#release();
  }
}

describe('a compaction of the lmdb store that waits for its disk', () => {
  let folder: string;
  let disk: HoldingDisk;
  let store: LmdbStore;
  const opened = (own?: Disk) => new LmdbStore(new Ledger(folder, 'kubelab', own), new RealClock());
  const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
  const watched = (after: Revision, count: number) =>
    outcome(firstValueFrom(store.watch('/', { after }).pipe(take(count), toArray())));

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-compaction-'));
    const first = opened();
    // Revisions 2 to 7.
    for (let n = 2; n <= 7; n += 1) await first.put('/a', { n });
    await first.close();
    disk = new HoldingDisk();
    // Opened anew, it has no change in memory: watches read the file.
    store = opened(disk);
  });
  afterEach(async () => {
    disk.release();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses watches and reads from before it, lets later ones go on, and ends', async () => {
    const compacting = store.compact(5);
    await disk.dropped;
    for (const after of [1, 3, 4]) {
      const refused = (await watched(after, 1)) as Compacted;
      expect(refused).to.be.instanceOf(Compacted);
      expect(refused.oldest).to.equal(5);
    }
    expect(await outcome(store.get('/a', { at: 4 }))).to.be.instanceOf(Compacted);
    expect(((await watched(5, 2)) as { revision: Revision }[]).map(({ revision }) => revision)).to.deep.equal([6, 7]);
    disk.release();
    await compacting;
    await store.compact(6);
    expect(await watched(5, 1)).to.be.instanceOf(Compacted);
  });

  it('has not happened when the disk refuses it', async () => {
    disk.isFull = true;
    const compacting = outcome(store.compact(5));
    await disk.dropped;
    expect(await watched(3, 1)).to.be.instanceOf(Compacted);
    disk.release();
    expect(String(await compacting)).to.match(/cannot be written: No space left on device/);
    expect(((await watched(1, 6)) as unknown[]).length).to.equal(6);
    expect((await store.get('/a', { at: 3 }))?.value).to.deep.equal({ n: 3 });
  });

  it('is refused after the store was closed: nobody opens the file again', async () => {
    await store.close();
    expect(String(await outcome(store.compact(5)))).to.match(/the store is closed/);
  });
});
