// Room ahead: keeps zeros written behind the pages that a ledger's file has in use. LMDB lets its file grow with each
// transaction, and a flush of a file that has grown waits for the file system's journal too; pages that have been
// written before cost half of that. etcd does the same to its log (files of 64 MB).
// Always true: only what lies behind the end of the file is written, and only while LMDB's lock for writing is held, so
// that no page of anybody is touched; when there is no room on the disk, the transaction is what says so.
// Plain JavaScript, as the thread that uses it. The layout of a file's first two pages: see file-check.ts.

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes; a small file gets a quarter of its size. */
const step = { least: 64 * 1024, most: 1024 * 1024 };
const metaAt = { pageSize: 48, lastPage: 144 };

export class RoomAhead {
  #file;
  #head = Buffer.alloc(8);

  constructor(path) {
    this.#file = openSync(path, 'r+');
  }

  /** To be called at the beginning of a transaction, before it has written anything. */
  keep() {
    const { size } = fstatSync(this.#file);
    const length = Math.min(step.most, Math.max(step.least, size / 4));
    if (size - this.#used() > length / 2) return;
    try {
      writeSync(this.#file, Buffer.alloc(length), 0, length, size);
    } catch {
      // A full disk: less room ahead, and slower flushes.
    }
  }

  close() {
    closeSync(this.#file);
  }

  /** Bytes up to the last page in use, by the newer of the two meta pages. */
  #used() {
    const pageSize = this.#number(metaAt.pageSize, 4);
    return (Math.max(this.#number(metaAt.lastPage, 6), this.#number(pageSize + metaAt.lastPage, 6)) + 1) * pageSize;
  }

  #number(position, bytes) {
    readSync(this.#file, this.#head, 0, bytes, position);
    return this.#head.readUIntLE(0, bytes);
  }
}
