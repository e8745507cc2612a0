// Disk thread: one thread of this process that writes files of LMDB and waits for the disk, while this one goes on.
// Always true: orders are carried out in the order in which they came; while one waits, the process does not end.

import { Worker } from 'node:worker_threads';
import type { Revision } from '../../core/contracts/store.ts';

/** One transaction: see ledger-writer.mjs. */
export interface Transaction {
  readonly facts?: readonly (readonly [name: string, fact: Uint8Array])[];
  readonly rows?: readonly (readonly [Revision, Uint8Array])[];
  readonly values?: readonly (readonly [Revision, Uint8Array])[];
  readonly removed?: readonly Revision[];
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Beside this file: as source, or in the bundle. */
const program = import.meta.url.endsWith('.ts') ? './ledger-writer.mjs' : './ledger-writer.js';

/** What a ledger writes with: a thread, or in tests one that waits, refuses, or dies. */
export type Disk = Pick<DiskThread, 'write' | 'close'>;

export class DiskThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #orders = 0;

  /** Resolves when it is on disk. @throws Error when the disk refuses; then nothing of it is there */
  write(path: string, transaction: Transaction): Promise<void> {
    return this.#order({ path, ...transaction });
  }

  /** Closes the file. */
  close(path: string): Promise<void> {
    return this.#order({ path, close: true });
  }

  #order(order: object): Promise<void> {
    this.#worker ??= this.#start();
    this.#worker.ref();
    const id = this.#orders++;
    this.#worker.postMessage({ id, ...order });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL(program, import.meta.url), { execArgv: [] });
    worker.on('message', ({ id, refused }: { id: number; refused?: string }) => this.#answered(id, refused));
    const end = (why: string) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const id of [...this.#waiting.keys()]) this.#answered(id, why);
    };
    worker.on('error', (error) => end(error.message));
    worker.on('exit', () => end('the thread that writes has ended'));
    return worker;
  }

  #answered(id: number, refused: string | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if (refused === undefined) waiting?.resolve();
    else waiting?.reject(new Error(refused));
  }
}

/** The one of this process: files take turns at the disk anyway. */
export const diskThread = new DiskThread();
