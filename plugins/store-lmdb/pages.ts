// Pages: a file of LMDB as it lies on disk, read without LMDB. Layout: mdb.c of the package lmdb (MDB_page, MDB_node,
// MDB_meta, MDB_db), little endian.
//
//   page 0 and 1   meta: two transactions write them in turn; the greater number is the newest
//   branch, leaf   24 bytes of head, then places of nodes, one after the other; the nodes fill the page from its end
//   overflow       one head, and a value that is too long for a leaf, over as many pages as it needs
//
//   head   0 page number | 8 transaction | 18 kind | 20 end of the places | 22 beginning of the nodes
//   node   0 length of its data, or in a branch the page below | 4 flags | 6 length of its key | 8 key, data

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export const head = 24;
export const kinds = { branch: 1, leaf: 2, overflow: 4 } as const;
/** Of nodes: its data is on overflow pages, or is a tree. */
export const nodeFlags = { overflow: 1, tree: 2 } as const;

/** A tree, as a meta page or a node tells of it. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
  readonly root: number;
}

export interface Meta {
  readonly kind: number;
  readonly magic: number;
  readonly version: number;
  /** Bytes that the file may grow to before it is mapped anew. */
  readonly mapSize: number;
  readonly pageSize: number;
  /** Pages that nothing uses, by the transaction that gave them back. */
  readonly free: Tree;
  /** The named trees, and facts. */
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
}

export const treeLength = 48;

export const treeAt = (bytes: Buffer, at: number): Tree => ({
  flags: bytes.readUInt16LE(at + 4),
  depth: bytes.readUInt16LE(at + 6),
  branches: Number(bytes.readBigUInt64LE(at + 8)),
  leaves: Number(bytes.readBigUInt64LE(at + 16)),
  overflows: Number(bytes.readBigUInt64LE(at + 24)),
  entries: Number(bytes.readBigUInt64LE(at + 32)),
  root: Number(bytes.readBigUInt64LE(at + 40)),
});

export const metaLength = 168;

export const metaAt = (page: Buffer): Meta => ({
  kind: page.readUInt16LE(18),
  magic: page.readUInt32LE(24),
  version: page.readUInt32LE(28),
  mapSize: Number(page.readBigUInt64LE(40)),
  pageSize: page.readUInt32LE(48),
  free: treeAt(page, 48),
  main: treeAt(page, 96),
  lastPage: Number(page.readBigUInt64LE(144)),
  transaction: Number(page.readBigUInt64LE(152)),
});

/** Bytes that are read at once, and how many such parts are kept. */
const chunk = 1024 * 1024;
const keep = 64;

export class Pages {
  readonly size: number;
  pageSize = 4096;
  readonly #file: number;
  readonly #chunks = new Map<number, Buffer>();

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.size = fstatSync(this.#file).size;
  }

  /** As many bytes as there are, up to the length. */
  bytes(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, readSync(this.#file, bytes, 0, length, position));
  }

  page(number: number): Buffer {
    const position = number * this.pageSize;
    const at = Math.floor(position / chunk);
    let bytes = this.#chunks.get(at);
    if (!bytes) {
      bytes = this.bytes(at * chunk, chunk);
      this.#chunks.set(at, bytes);
      const [oldest = at] = this.#chunks.keys();
      if (this.#chunks.size > keep) this.#chunks.delete(oldest);
    }
    return bytes.subarray(position - at * chunk, position - at * chunk + this.pageSize);
  }

  close(): void {
    closeSync(this.#file);
  }
}
