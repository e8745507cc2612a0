// File check: whether a file is one of LMDB and whole, before LMDB maps it into memory, where a file that was cut off
// ends the process (SIGBUS) instead of throwing.
// Layout: mdb.c of the package lmdb, MDB_page and MDB_meta. The first two pages are meta pages; each tells the last page
// in use.

import { closeSync, openSync, readSync, statSync } from 'node:fs';

const magic = 0xbeefc0de;
/** MDB_meta begins after the page's head. */
const metaAt = { magic: 24, pageSize: 48, lastPage: 144 };

/** @throws Error that names the file and what is wrong with it; a file that is not there, or empty, is new */
export function checkFile(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  const first = readAt(path, 0, 256);
  if (first.length < 256 || first.readUInt32LE(metaAt.magic) !== magic) {
    throw new Error(`${path} is not a store, or its beginning is damaged; restore a snapshot into a new folder`);
  }
  const pageSize = first.readUInt32LE(metaAt.pageSize);
  const second = readAt(path, pageSize, 256);
  const lastPage = (meta: Buffer) =>
    meta.length < 256 || meta.readUInt32LE(metaAt.magic) !== magic ? 0 : Number(meta.readBigUInt64LE(metaAt.lastPage));
  const needed = (Math.max(lastPage(first), lastPage(second)) + 1) * pageSize;
  if (size < needed) {
    throw new Error(
      `${path} is cut off: it has ${size} bytes of at least ${needed}; restore a snapshot into a new folder`,
    );
  }
}

function readAt(path: string, position: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, position));
  } finally {
    closeSync(file);
  }
}
