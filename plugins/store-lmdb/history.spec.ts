// The durable store under clients, with a disk that is slow, full, or dies with the process: the file is then opened again as
// it lies there. Death comes between two transactions, in this process, so that it costs little; history-kill.spec.ts
// kills processes.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { open } from 'lmdb';
import type { Random } from '../../core/contracts/random.ts';
import { checkHistory } from '../../core/testing/history/check-history.ts';
import {
  describeHistory,
  type HistoryFault,
  type HistoryWorld,
  recordHistory,
} from '../../core/testing/history/describe-history.ts';
import type { Entry } from '../../core/testing/history/record.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { FaultyDisk } from './faulty-disk.fixture.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

const clock = new RealClock();

class LmdbWorld implements HistoryWorld {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'kubelab-history-'));
  readonly #random: Random;
  readonly #lives: { readonly store: LmdbStore; readonly disk: FaultyDisk }[] = [];

  readonly #isLying: boolean;

  constructor(seed: number, isLying = false) {
    this.#isLying = isLying;
    this.#random = new SeededRandom(`disk ${seed}`);
  }

  /** The one that is alive. */
  get disk(): FaultyDisk {
    return this.#lives.at(-1)?.disk as FaultyDisk;
  }

  async open(): Promise<LmdbStore> {
    const disk = new FaultyDisk(this.#random);
    disk.isLying = this.#isLying;
    const store = new LmdbStore(new Ledger(this.#place(this.#lives.length), 'kubelab', disk), clock);
    this.#lives.push({ store, disk });
    return store;
  }

  /** The next life finds a copy of the file: the dead one cannot close its own. */
  async kill(): Promise<void> {
    await this.disk.die();
    const next = this.#place(this.#lives.length);
    mkdirSync(next);
    copyFileSync(path.join(this.#place(this.#lives.length - 1), 'store.lmdb'), path.join(next, 'store.lmdb'));
    // Its owner is this process, which lives.
    const file = open({ path: path.join(next, 'store.lmdb'), noSubdir: true, maxDbs: 3, overlappingSync: false });
    file.removeSync('owner');
    await file.close();
  }

  hasNotHappened(): boolean {
    return true;
  }

  pace(): Promise<void> {
    return clock.sleep(this.#random.int(3));
  }

  async end(): Promise<void> {
    for (const { store, disk } of this.#lives) {
      disk.clearUp();
      await store.close();
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #place(life: number): string {
    return path.join(this.#folder, String(life));
  }
}

const faults: HistoryFault<LmdbWorld>[] = [
  {
    name: 'the disk is slow',
    async run({ disk }, random) {
      const before = disk.delayed;
      disk.isSlow = true;
      await clock.sleep(random.int(30));
      disk.isSlow = false;
      return disk.delayed - before;
    },
  },
  {
    name: 'the disk is full',
    async run({ disk }, random) {
      const before = disk.refused;
      disk.isFull = true;
      await clock.sleep(random.int(10));
      disk.isFull = false;
      return disk.refused - before;
    },
  },
];

describeHistory('lmdb', (seed) => new LmdbWorld(seed), faults, {
  clients: 6,
  calls: 12,
  atOnce: 6,
});

it('a disk that answers before it has written is found out by its histories', async () => {
  const broken = new Set<string>();
  // From the first in which something is asked between the answer and the kill.
  for (let seed = 7; seed <= 16 && !broken.has('linearizable'); seed += 1) {
    const world = new LmdbWorld(seed, true);
    const record: Entry[] = [];
    await recordHistory(world, [], new SeededRandom(`liar ${seed}`), record, { clients: 6, calls: 12, patience: 500 });
    await world.end();
    for (const { promise } of checkHistory(record)) broken.add(promise);
  }
  expect([...broken]).to.include('linearizable');
}).timeout(60_000);
