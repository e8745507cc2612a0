// File check: whether a file is one of LMDB and whole, before LMDB maps it into memory, where a file that was cut off, or a
// page that is damaged, ends the process instead of throwing. What is inside of values is for checksums (seal.ts, ledger.ts).

import { statSync } from 'node:fs';
import { StoreFailure } from '../../core/contracts/store.ts';
import { type Meta, metaAt, metaLength, Pages } from './pages.ts';
import { byNumber, freePages, isTree, type Leaf, TreeCheck, treeOf } from './tree-check.ts';

const magic = 0xbeefc0de;
const version = 2;
const metaKind = 8;
const treeNames = ['changes', 'values'];
const factNames = ['facts', 'oldest', 'owner', 'start'];
const advice = 'restore a snapshot into a new folder';

/**
 * A file that is not there, or empty, is new.
 * @param know is told of the facts that lie beside the trees, by name, before trees are looked at: a file that somebody writes
 *   is not to be judged
 * @throws StoreFailure that names the file and what is wrong with it; and whatever `know` throws
 */
export function checkFile(path: string, know: (facts: ReadonlyMap<string, Buffer>) => void): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const pages = new Pages(path);
  try {
    const { transaction } = checkPages(path, pages, know);
    // Somebody has written meanwhile: what was read was perhaps of two states.
    if (newest(path, pages).transaction !== transaction) checkFile(path, know);
  } finally {
    pages.close();
  }
}

function checkPages(path: string, pages: Pages, know: (facts: ReadonlyMap<string, Buffer>) => void): Meta {
  const meta = newest(path, pages);
  const trees: Leaf[] = [];
  const facts = new Map<string, Buffer>();
  const named = (leaf: Leaf) => {
    const name = nameOf(leaf);
    // A name that is not one of ours was one of ours: what it stood for would be taken for empty.
    const names = isTree(leaf) ? treeNames : factNames;
    if (!names.includes(name)) throw new Error(`it has something by the name of ${JSON.stringify(name)}`);
    if (isTree(leaf)) trees.push(leaf);
    else facts.set(name, leaf.data);
  };
  const check = new TreeCheck(pages, meta);
  whole(path, pages, meta, () => check.check('names', meta.main, Buffer.compare, named));
  know(facts);
  whole(path, pages, meta, () => {
    for (const leaf of trees) check.check(nameOf(leaf), treeOf(leaf), Buffer.compare);
    const lists: Leaf[] = [];
    check.check(freePages, meta.free, byNumber, (leaf) => lists.push(leaf));
    for (const list of lists) check.free(list);
  });
  return meta;
}

/** LMDB ends names with zeros. */
const nameOf = ({ key }: Leaf): string => key.toString('latin1').replace(/\0+$/, '');

/** @throws Error when the work does, unless somebody has written meanwhile */
function whole(path: string, pages: Pages, { transaction }: Meta, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (newest(path, pages).transaction !== transaction) return;
    throw new StoreFailure('refused', `${path} is damaged: ${(error as Error).message}; ${advice}`, error);
  }
}

/** The newest of the two meta pages. */
function newest(path: string, pages: Pages): Meta {
  const first = pages.bytes(0, metaLength);
  if (first.length < metaLength || metaAt(first).magic !== magic) {
    throw new StoreFailure('refused', `${path} is not a store, or its beginning is damaged; ${advice}`);
  }
  const one = metaAt(first);
  const isSize = one.pageSize >= 512 && one.pageSize <= 65_536 && Number.isInteger(Math.log2(one.pageSize));
  const second = isSize ? pages.bytes(one.pageSize, metaLength) : first.subarray(0, 0);
  const other = second.length < metaLength ? undefined : metaAt(second);
  const needed = (Math.max(one.lastPage, other?.lastPage ?? 0) + 1) * one.pageSize;
  const isWhole =
    other !== undefined &&
    isMeta(one) &&
    isMeta(other) &&
    other.pageSize === one.pageSize &&
    other.free.flags === one.free.flags &&
    (follow(one, other) || isNew(one, other));
  if (isWhole && pages.size < needed) {
    throw new StoreFailure(
      'refused',
      `${path} is cut off: it has ${pages.size} bytes of at least ${needed}; ${advice}`,
    );
  }
  if (!isWhole) throw new StoreFailure('refused', `${path} is not a store, or its beginning is damaged; ${advice}`);
  pages.pageSize = one.pageSize;
  return one.transaction > other.transaction ? one : other;
}

/** Two transactions that follow each other, the even one on the first page. */
const follow = (one: Meta, other: Meta): boolean =>
  one.transaction % 2 === 0 && Math.abs(one.transaction - other.transaction) === 1;

/** Whoever made it has ended before he wrote anything. */
const isNew = (...metas: readonly Meta[]): boolean =>
  metas.every(({ transaction, main, lastPage }) => transaction === 0 && main.entries === 0 && lastPage === 1);

const isMeta = (meta: Meta): boolean =>
  meta.kind === metaKind && meta.magic === magic && (meta.version & 0xffff) === version && meta.mapSize < 2 ** 46;
