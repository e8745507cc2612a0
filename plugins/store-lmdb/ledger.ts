// Ledger: the changes of a store on disk, by revision, in a file of LMDB. etcd keeps its own in bbolt in the same way.
//
//   changes   revision -> key, numbers of the key, checksum of the value, sealed: what opening a store reads
//   values    revision -> the value as JSON: read when somebody asks for it
//   facts     format, cluster, the oldest revision that can be read, and who has the file open; sealed
//
// This thread reads; a thread of its own writes (ledger-writer.mjs), so that nobody else waits for the disk.
// Always true: `append` comes back when its changes are on disk; they are there whole after a crash, or not at all; a
// row or a value that is not what was written is never given out.

import { mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Database, RootDatabase } from 'lmdb';
import { type Revision, StoreFailure } from '../../core/contracts/store.ts';
import { type Disk, diskThread, type Transaction } from './disk-thread.ts';
import { checkFile } from './file-check.ts';
import { beganAt, isAlive } from './process.ts';
import { seal, unseal } from './seal.ts';

/** Loaded with the first ledger: a cluster in memory does not pay for a native library. */
const lmdb = (): typeof import('lmdb') => createRequire(import.meta.url)('lmdb');

/** The layout that this code reads and writes. */
const format = 2;

/** One change as the index has it. */
export interface Entry {
  readonly revision: Revision;
  readonly key: string;
  readonly createRevision: Revision;
  /** Count of changes since the key came to be; 0: this change deleted it. */
  readonly version: number;
  /** When the key goes by itself, milliseconds of the cluster's clock. */
  readonly expires?: number;
}

type Row = readonly [
  key: string,
  createRevision: Revision,
  version: number,
  checksum: number,
  ...expires: readonly number[],
];

interface Facts {
  readonly format: number;
  readonly cluster: string;
}

interface Owner {
  readonly pid: number;
  readonly began: string;
}

export class Ledger {
  readonly path: string;
  readonly #disk: Disk;
  readonly #env: RootDatabase<Buffer, string>;
  readonly #changes: Database<Buffer, Revision>;
  readonly #values: Database<Buffer, Revision>;
  /**
   * Opens the ledger of a folder, or makes one.
   * @param cluster whose objects it keeps
   * @throws Error that names the file: another process has it, another format or cluster, not a ledger, damaged
   */
  constructor(folder: string, cluster: string, disk: Disk = diskThread) {
    this.#disk = disk;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.path = path.join(folder, 'store.lmdb');
    checkFile(this.path, (facts) => this.#refuseOwned(facts.get('owner')));
    this.#env = this.#open();
    try {
      this.#own();
      this.#know(cluster);
      this.#changes = this.#env.openDB<Buffer, Revision>({ name: 'changes', encoding: 'binary' });
      this.#values = this.#env.openDB<Buffer, Revision>({ name: 'values', encoding: 'binary' });
    } catch (error) {
      void this.#env.close();
      throw error;
    }
  }

  /** The oldest revision that can be read. */
  get oldest(): Revision {
    return this.#fact<Revision>('oldest') ?? 1;
  }

  /** Where an empty ledger stands: a restored store begins at another revision than 1. */
  get start(): Revision {
    return this.#fact<Revision>('start') ?? 1;
  }

  /** Bytes of the file. */
  get size(): number {
    return statSync(this.path).size;
  }

  /** All changes that are kept, in the order of their revisions. @throws Error when one is damaged */
  *entries(): Generator<Entry> {
    for (const { key, value } of this.#changes.getRange()) yield entryOf(key, this.#row(key, value));
  }

  /** @throws Error when it is damaged */
  entry(revision: Revision): Entry | undefined {
    const row = this.#changes.get(revision);
    return row && entryOf(revision, this.#row(revision, row));
  }

  /** The JSON that was written with the change. @throws Error when it is damaged */
  value(revision: Revision): Buffer {
    const bytes = this.#values.get(revision);
    const sealed = this.#changes.get(revision);
    const row = sealed && this.#row(revision, sealed);
    if (!bytes || crc32(bytes) !== row?.[3]) throw this.#damaged(`the value of revision ${revision} (${row?.[0]})`);
    return bytes;
  }

  /**
   * Writes changes with their values, all or none, and waits for the disk.
   * @throws Error when the disk refuses; then none of them is there
   */
  append(changes: readonly { readonly entry: Entry; readonly value?: Uint8Array }[]): Promise<void> {
    return this.#write({
      rows: changes.map(({ entry, value }) => [entry.revision, seal(`${entry.revision}`, rowOf(entry, value))]),
      values: changes.flatMap(({ entry, value }) => (value ? [[entry.revision, value] as const] : [])),
    });
  }

  /** Says that nothing before the revision can be read any more, and drops these changes. */
  forget(oldest: Revision, removed: readonly Revision[]): Promise<void> {
    return this.#write({ facts: [['oldest', seal('oldest', oldest)]], removed });
  }

  /** An empty ledger goes on after this revision. */
  startAfter(revision: Revision): Promise<void> {
    return this.#write({
      facts: [
        ['start', seal('start', revision)],
        ['oldest', seal('oldest', revision)],
      ],
    });
  }

  async close(): Promise<void> {
    await this.#write({ facts: [['owner', seal('owner', null)]] }).catch(() => {});
    await this.#disk.close(this.path);
    await this.#env.close();
  }

  async #write(transaction: Transaction): Promise<void> {
    try {
      await this.#disk.write(this.path, transaction);
    } catch (error) {
      throw refused(`${this.path} cannot be written: ${(error as Error).message}`, error);
    }
    // What this thread has read before is of before the write.
    this.#env.resetReadTxn();
  }

  #open(): RootDatabase<Buffer, string> {
    try {
      const how = { noSubdir: true, maxDbs: 3, overlappingSync: false, encoding: 'binary' } as const;
      return lmdb().open<Buffer, string>({ path: this.path, ...how });
    } catch (error) {
      throw refused(`${this.path} cannot be opened: ${(error as Error).message}`, error);
    }
  }

  #row(revision: Revision, sealed: Buffer): Row {
    const row = unseal(`${revision}`, sealed);
    if (row === undefined) throw this.#damaged(`the change of revision ${revision}`);
    return row as Row;
  }

  #fact<T>(name: string): T | undefined {
    const sealed = this.#env.get(name);
    if (!sealed) return undefined;
    const fact = unseal(name, sealed);
    if (fact === undefined) throw this.#damaged(`what it knows of "${name}"`);
    return fact as T;
  }

  #damaged(what: string): StoreFailure {
    return refused(`${this.path}: ${what} is damaged; restore a snapshot into a new folder`);
  }

  /** One process at a time: LMDB would let several write, but each has an index of its own. */
  #own(): void {
    this.#env.transactionSync(() => {
      this.#refuseOwned(this.#env.get('owner'));
      this.#env.putSync('owner', seal('owner', { pid: process.pid, began: beganAt(process.pid) } satisfies Owner));
    });
  }

  #refuseOwned(sealed: Buffer | undefined): void {
    const owner = sealed && (unseal('owner', sealed) as Owner | null | undefined);
    if (owner && isAlive(owner.pid) && beganAt(owner.pid) === owner.began) {
      throw refused(`${this.path} is in use by process ${owner.pid}; one cluster at a time`);
    }
  }

  #know(cluster: string): void {
    const sealed = this.#env.get('facts');
    if (!sealed) {
      // Changes without the fact whose they are: it was not us.
      if (this.#env.getKeysCount() > 1) throw this.#damaged('what it knows of its format');
      return void this.#env.putSync('facts', seal('facts', { format, cluster } satisfies Facts));
    }
    const facts = unseal('facts', sealed) as Facts | undefined;
    if (!facts) {
      throw refused(
        `${this.path} has a format before ${format}, or what it knows of it is damaged; use the Kubelab that wrote it, or restore a snapshot into a new folder`,
      );
    }
    if (facts.format !== format) {
      throw refused(
        `${this.path} has format ${facts.format}, this is the code for format ${format}; use the Kubelab that wrote it, or another folder`,
      );
    }
    if (facts.cluster !== cluster) {
      throw refused(
        `${this.path} holds the objects of cluster ${facts.cluster}, not of ${cluster}; choose with --name, or give another --data`,
      );
    }
  }
}

/** It is no bug of ours, and to ask again would not help. */
const refused = (message: string, cause?: unknown) => new StoreFailure('refused', message, cause);

const rowOf = ({ key, createRevision, version, expires }: Entry, value: Uint8Array | undefined): Row => [
  key,
  createRevision,
  version,
  value ? crc32(value) : 0,
  ...(expires === undefined ? [] : [expires]),
];

const entryOf = (revision: Revision, [key, createRevision, version, , expires]: Row): Entry => ({
  revision,
  key,
  createRevision,
  version,
  ...(expires !== undefined && { expires }),
});
