// LmdbStore beyond the suite: what is there again after the store was closed, and what is refused at opening.

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { open } from 'lmdb';
import { firstValueFrom, take, toArray } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';
import { Compacted, type Stored } from '../../core/contracts/store.ts';
import { describeStore } from '../../core/testing/describe-store.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { nextTurn } from '../../core/time/turn.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { type Disk, diskThread } from './disk-thread.ts';
import { FaultyDisk } from './faulty-disk.fixture.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';
import { seal } from './seal.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-lmdb-'));
  folders.push(folder);
  return folder;
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
/** Turns of the event loop until the disk has answered. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100_000; turn += 1) {
    if (await holds()) return;
    await nextTurn();
  }
  throw new Error(`never: ${holds}`);
}

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describeStore('lmdb', () => new LmdbStore(new Ledger(newFolder(), 'kubelab'), new RealClock()));

describe('lmdb store', () => {
  const stores: LmdbStore[] = [];
  const opened = (folder: string, clock: Clock = new RealClock(), disk: Disk = diskThread): LmdbStore => {
    const store = new LmdbStore(new Ledger(folder, 'kubelab', disk), clock);
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });

  it('is as it was when it is opened again: values, numbers, history', async () => {
    const folder = newFolder();
    const first = opened(folder);
    const a = await first.put('/a', { n: 1 });
    const b = await first.put('/a', { n: 2 });
    await first.put('/b', {});
    await first.delete('/b');
    const revision = await first.revision();
    await first.close();

    const second = opened(folder);
    expect(await second.revision()).to.equal(revision);
    expect(await second.get('/a')).to.deep.equal(b);
    expect(await second.get('/a', { at: a.modRevision })).to.deep.equal(a);
    expect(await second.get('/b')).to.equal(undefined);
    const seen = await firstValueFrom(second.watch('/', { after: a.modRevision - 1 }).pipe(take(4), toArray()));
    expect(seen.map(({ type, revision: at }) => `${type} ${at}`)).to.deep.equal([
      'put 2',
      'put 3',
      'put 4',
      'delete 5',
    ]);
    expect((await second.put('/c', {})).modRevision).to.equal(revision + 1);
  });

  it('stays compacted, and a deleted key stays away', async () => {
    const folder = newFolder();
    const first = opened(folder);
    for (let n = 0; n < 5; n += 1) await first.put('/a', { n });
    await first.put('/b', {});
    await first.delete('/b');
    const revision = (await first.put('/c', {})).modRevision;
    await first.compact(revision);
    await first.close();

    const second = opened(folder);
    expect(await failure(second.get('/a', { at: revision - 1 }))).to.be.instanceOf(Compacted);
    const refused = firstValueFrom(second.watch('/', { after: 2 }));
    expect(await failure(refused)).to.be.instanceOf(Compacted);
    expect((await second.list('/')).items.map(({ key }) => key)).to.deep.equal(['/a', '/c']);
    expect((await second.get('/a'))?.version).to.equal(5);
  });

  it('gives space back: a key that changes for ever does not make the file grow for ever', async () => {
    const folder = newFolder();
    const ledger = new Ledger(folder, 'kubelab');
    const store = new LmdbStore(ledger, new RealClock());
    stores.push(store);
    const value = { text: 'x'.repeat(1000) };
    const round = async () => {
      for (let n = 0; n < 10; n += 1) await Promise.all(Array.from({ length: 100 }, () => store.put('/a', value)));
      await store.compact(await store.revision());
    };
    await round();
    await round();
    const { size } = ledger;
    for (let n = 0; n < 5; n += 1) await round();
    expect(ledger.size).to.be.at.most(size * 1.5);
  });

  it('lets a key go when its time is over, also when the store was closed meanwhile', async () => {
    const folder = newFolder();
    const clock = new VirtualClock();
    const first = opened(folder, clock);
    await first.put('/soon', {}, { ttl: 10 });
    await first.put('/late', {}, { ttl: 100 });
    await first.put('/stays', {}, { ttl: 10 });
    await first.put('/stays', {});
    await first.close();
    const later = new VirtualClock(clock.now() + 50_000);
    const second = opened(folder, later);
    await later.advance(0);
    await until(async () => (await second.count('/')) === 2);
    expect((await second.list('/')).items.map(({ key }) => key)).to.deep.equal(['/late', '/stays']);
  });

  it('keeps a key that is put again while its time ends, on a disk that is slow', async () => {
    const clock = new VirtualClock();
    let written: Promise<void> | undefined;
    const disk: Disk = {
      write: (file, transaction) => (written ?? Promise.resolve()).then(() => diskThread.write(file, transaction)),
      close: (file) => diskThread.close(file),
    };
    const store = opened(newFolder(), clock, disk);
    await store.put('/stays', {}, { ttl: 10 });
    await store.put('/later', {}, { ttl: 10 });
    let write = () => {};
    written = new Promise((resolve) => (write = resolve));
    const puts = [store.put('/stays', { n: 2 }), store.put('/later', { n: 2 }, { ttl: 100 })];
    await clock.advance(10_000);
    write();
    const stored = await Promise.all(puts);
    // Whatever waited behind them has been decided when this one is answered.
    const { modRevision } = await store.put('/last', {});
    expect(modRevision).to.equal(stored[1]!.modRevision + 1);
    expect((await store.list('/')).items.slice(1)).to.deep.equal([stored[1], stored[0]]);
    await clock.advance(100_000);
    await until(async () => (await store.get('/later')) === undefined);
    expect(await store.get('/stays')).to.deep.equal(stored[0]);
  });

  it('tries again to let a key go when the disk is full; put again meanwhile, it stays', async () => {
    const clock = new VirtualClock();
    const disk = new FaultyDisk(new SeededRandom('full'));
    const store = opened(newFolder(), clock, disk);
    await store.put('/goes', {}, { ttl: 10 });
    await store.put('/stays', {}, { ttl: 10 });
    disk.isFull = true;
    await clock.advance(10_000);
    await until(async () => clock.next !== undefined);
    expect(await store.count('/')).to.equal(2);
    disk.isFull = false;
    const stored = await store.put('/stays', {});
    await clock.advance(10_000);
    await until(async () => (await store.get('/goes')) === undefined);
    expect(await store.get('/stays')).to.deep.equal(stored);
    expect(clock.next).to.equal(undefined);
  });

  it('leaves no timer of a key that could not go when it is closed', async () => {
    const clock = new VirtualClock();
    const disk = new FaultyDisk(new SeededRandom('full'));
    const store = opened(newFolder(), clock, disk);
    await store.put('/a', {}, { ttl: 10 });
    disk.isFull = true;
    await clock.advance(10_000);
    await store.close();
    await nextTurn();
    expect(clock.next).to.equal(undefined);
  });

  it('shows a watcher changes that it no longer keeps in memory, and then those to come', async () => {
    const store = opened(newFolder());
    const count = 25_000;
    for (let n = 0; n < count; n += 1000) {
      await Promise.all(Array.from({ length: 1000 }, (_, at) => store.put(`/${(n + at) % 7}`, { n: n + at })));
    }
    const watched = firstValueFrom(store.watch('/', { after: 1 }).pipe(take(count + 1), toArray()));
    await store.delete('/3');
    const seen = await watched;
    expect(seen.map(({ revision }) => revision)).to.deep.equal(Array.from({ length: count + 1 }, (_, at) => at + 2));
    expect(seen.at(8)).to.deep.include({
      previous: seen.at(1)?.type === 'put' && (seen.at(1) as { stored: Stored }).stored,
    });
  });

  describe('refuses to open', () => {
    const refusal = async (folder: string, cluster = 'kubelab'): Promise<string> => {
      try {
        await new LmdbStore(new Ledger(folder, cluster), new RealClock()).close();
        return 'opened';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const written = async (): Promise<string> => {
      const folder = newFolder();
      const store = opened(folder);
      for (let n = 0; n < 200; n += 1) void store.put(`/${n}`, { text: 'findme'.repeat(20) });
      await store.put('/last', {});
      await store.close();
      return folder;
    };

    it('a file that another store has open', async () => {
      const folder = newFolder();
      opened(folder);
      expect(await refusal(folder)).to.match(/store\.lmdb is in use by process \d+; one cluster at a time$/);
    });

    it("another cluster's file", async () => {
      expect(await refusal(await written(), 'other')).to.match(
        /store\.lmdb holds the objects of cluster kubelab, not of other; choose with --name, or give another --data$/,
      );
    });

    it('a file of another format', async () => {
      const folder = await written();
      const how = { noSubdir: true, overlappingSync: false, encoding: 'binary' } as const;
      const env = open<Buffer, string>({ path: path.join(folder, 'store.lmdb'), ...how });
      await env.put('facts', seal('facts', { format: 7, cluster: 'kubelab' }));
      await env.close();
      expect(await refusal(folder)).to.match(
        /has format 7, this is the code for format 2; use the Kubelab that wrote it/,
      );
    });

    it('a file that is something else, or was cut off', async () => {
      const other = newFolder();
      writeFileSync(path.join(other, 'store.lmdb'), 'a shopping list\n'.repeat(1000));
      expect(await refusal(other)).to.match(
        /store\.lmdb is not a store, or its beginning is damaged; restore a snapshot/,
      );
      const short = await written();
      truncateSync(path.join(short, 'store.lmdb'), 3 * 4096);
      expect(await refusal(short)).to.match(/store\.lmdb is cut off: it has 12288 bytes of at least \d+; restore/);
    });
  });

  it('never gives out a value that is not what was written', async () => {
    const folder = newFolder();
    const first = opened(folder);
    await first.put('/good', { text: 'fine' });
    await first.put('/bad', { text: 'findme'.repeat(20) });
    await first.close();
    const file = path.join(folder, 'store.lmdb');
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf('findme'); at >= 0; at = bytes.indexOf('findme', at + 1)) bytes.write('FINDME', at);
    writeFileSync(file, bytes);
    const second = opened(folder);
    expect((await second.get('/good'))?.value).to.deep.equal({ text: 'fine' });
    expect(String(await failure(second.get('/bad')))).to.match(/the value of revision 3 \(\/bad\) is damaged/);
  });
});
