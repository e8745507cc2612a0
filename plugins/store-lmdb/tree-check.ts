// Tree check: whether the trees of a file of LMDB are whole. LMDB itself believes its pages: one wrong number in one of them,
// and it reads beyond the page, beyond the file (which ends the process), or leaves out a part of what was written.
//
// Always true of a whole tree: each page says its own number and lies in one tree, once; keys grow from left to right, below a branch
// within its bounds; nodes fill a page to its end without a gap; there are as many pages and entries as the tree says.

import { head, kinds, type Meta, nodeFlags, type Pages, type Tree, treeAt, treeLength } from './pages.ts';

/** One entry of a leaf; `data` is whole only when it lies in the leaf. */
export interface Leaf {
  readonly key: Buffer;
  readonly data: Buffer;
  readonly flags: number;
}

interface Counted {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

export const freePages = 'free pages';
/** An empty tree has no root. */
const noPage = 2 ** 64;

export class TreeCheck {
  readonly #pages: Pages;
  readonly #meta: Meta;
  /** By page: 1 once it was met. */
  readonly #met: Uint8Array;

  constructor(pages: Pages, meta: Meta) {
    this.#pages = pages;
    this.#meta = meta;
    this.#met = new Uint8Array(meta.lastPage + 1).fill(1, 0, 2);
  }

  /** @throws Error that says what is wrong, and where */
  check(name: string, tree: Tree, order: (a: Buffer, b: Buffer) => number, see: (leaf: Leaf) => void = () => {}): void {
    const counted: Counted = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    const walk = (number: number, depth: number, low: Buffer | undefined, high: Buffer | undefined): void => {
      const broken = (what: string) => new Error(`page ${number}, in the tree of ${name}, ${what}`);
      const kind = depth === 1 ? kinds.leaf : kinds.branch;
      const page = this.#own(number, 1, kind, broken);
      const size = page.length;
      const end = page.readUInt16LE(20);
      const begin = head + page.readUInt16LE(22);
      const count = end >> 1;
      if (end % 2 === 1 || count === 0 || head + end > begin || begin > size) throw broken('has wrong bounds');
      let filled = begin;
      let before = low;
      const below: [number: number, key: Buffer | undefined][] = [];
      for (let at = 0; at < count; at += 1) {
        const node = head + page.readUInt16LE(head + 2 * at);
        if (node < begin || node + 8 > size) throw broken('has a node beyond its bounds');
        const lower = page.readUInt16LE(node) + page.readUInt16LE(node + 2) * 65_536;
        const flags = page.readUInt16LE(node + 4);
        const keyEnd = node + 8 + page.readUInt16LE(node + 6);
        const dataEnd = kind === kinds.branch ? keyEnd : keyEnd + (flags & nodeFlags.overflow ? overflowLength : lower);
        if (dataEnd > size) throw broken('has a node that does not end within it');
        filled += dataEnd - node + ((dataEnd - node) % 2);
        // The first key of a branch stands for all that is smaller.
        const key = kind === kinds.branch && at === 0 ? undefined : page.subarray(node + 8, keyEnd);
        if (key) {
          const isFirst = kind === kinds.leaf && at === 0;
          if (before && order(before, key) >= (isFirst ? 1 : 0)) throw broken('has keys that are not in order');
          if (high && order(key, high) >= 0) throw broken('has keys that belong elsewhere');
          before = key;
        }
        if (kind === kinds.branch) below.push([lower + flags * 2 ** 32, key]);
        else {
          const data = page.subarray(keyEnd, dataEnd);
          if (flags > nodeFlags.tree) throw broken('has a node of an unknown kind');
          if (flags === nodeFlags.overflow) counted.overflows += this.#overflow(data, lower, broken);
          else see({ key: page.subarray(node + 8, keyEnd), data, flags });
        }
      }
      if (filled !== size) throw broken('has nodes that do not fill it');
      if (kind === kinds.leaf) counted.entries += count;
      counted[kind === kinds.leaf ? 'leaves' : 'branches'] += 1;
      for (const [at, [child, key]] of below.entries()) walk(child, depth - 1, key ?? low, below[at + 1]?.[1] ?? high);
    };
    if (tree.root !== noPage) walk(tree.root, tree.depth, undefined, undefined);
    // Only the list of free pages has any: it tells how the file was made.
    if (name !== freePages && tree.flags !== 0) throw new Error(`the tree of ${name} is of another kind`);
    for (const [what, count] of Object.entries(counted)) {
      const told = tree[what as keyof Counted];
      if (count !== told) throw new Error(`the tree of ${name} has ${count} ${what} and not ${told}`);
    }
  }

  /** Pages that the list of free ones gives out again. */
  free({ data }: Leaf): void {
    const broken = new Error('the list of free pages is wrong');
    const words = new BigInt64Array(new Uint8Array(data.subarray(0, data.length & ~7)).buffer);
    const count = Number(words[0] ?? 0n);
    if (count >= words.length || count < 0) throw broken;
    for (let at = 1; at <= count; at += 1) {
      const word = Number(words[at]);
      // 0: a gap. Less: so many pages, from the one that follows.
      if (word === 0) continue;
      const first = word > 0 ? word : Number(words[at + 1] ?? 0n);
      if (word < 0) at += 1;
      this.#meet(first, word > 0 ? 1 : -word, () => broken);
    }
  }

  #overflow(place: Buffer, length: number, broken: (what: string) => Error): number {
    const first = Number(place.readBigUInt64LE(0));
    const count = Number(place.readBigUInt64LE(16));
    if (count !== Math.ceil((head + length) / this.#pages.pageSize)) throw broken('tells a wrong length');
    const page = this.#own(first, count, kinds.overflow, broken);
    if (page.readUInt32LE(20) !== count) throw broken('leads to a value of another length');
    return count;
  }

  #own(number: number, count: number, kind: number, broken: (what: string) => Error): Buffer {
    this.#meet(number, count, broken);
    const page = this.#pages.page(number);
    if (Number(page.readBigUInt64LE(0)) !== number) throw broken('does not say its number');
    if (Number(page.readBigUInt64LE(8)) > this.#meta.transaction) throw broken('is of a transaction to come');
    if (page.readUInt16LE(18) !== kind) throw broken('is of another kind');
    return page;
  }

  #meet(first: number, count: number, broken: (what: string) => Error): void {
    if (!(first >= 2 && first + count - 1 <= this.#meta.lastPage)) throw broken('is not in the file');
    for (let number = first; number < first + count; number += 1) {
      if (this.#met[number]) throw broken('is used twice');
      this.#met[number] = 1;
    }
  }
}

/** What a node keeps of a value on overflow pages: first page, transaction, count of pages. */
const overflowLength = 24;

export const isTree = ({ flags }: Leaf): boolean => flags === nodeFlags.tree;
/** @throws Error when its description is cut */
export const treeOf = ({ data }: Leaf): Tree => {
  if (data.length !== treeLength) throw new Error('the description of a tree has a wrong length');
  return treeAt(data, 0);
};
/** Keys of the list of free pages are numbers of transactions. */
export const byNumber = (a: Buffer, b: Buffer): number =>
  a.length === 8 && b.length === 8 ? Number(a.readBigUInt64LE() - b.readBigUInt64LE()) : 1;
