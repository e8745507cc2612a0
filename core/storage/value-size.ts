// Value size: how large a value may be, in every store alike: what etcd takes.
//   checkBytes(bytes.length)                      stores that encode what they keep
//   bound = sizeBound(value, { value, bound })    stores that keep values as they are
// To encode a value only to know its size would cost more than all else that a store in memory does. So a bound is counted:
// too much, but cheaply, and of a changed object only what is not the same as before. Only who comes near the limit is
// encoded.

import { TooLarge } from '../contracts/store.ts';

/**
 * Bytes of a value as JSON. etcd takes requests of 1.5 MiB (`--max-request-bytes`); 4 KiB of that are left for the key, which
 * a guarded write says three times, and for what is around it.
 */
export const largestValue = 1.5 * 1024 * 1024 - 4096;

/** @throws TooLarge */
export function checkBytes(bytes: number): void {
  if (bytes > largestValue) throw new TooLarge();
}

/** A value, and what was found out about its size. */
export interface Sized {
  readonly value: object;
  readonly bound: number;
}

/**
 * The value has at most so many bytes as JSON.
 * @param before what stood under the key: members that are the same object there and here are counted already
 * @throws TooLarge
 */
export function sizeBound(value: object, before?: Sized): number {
  const bound = before ? before.bound + changedSize(value, before.value) : sizeOf(value);
  if (bound <= largestValue) return bound;
  const { length } = new TextEncoder().encode(JSON.stringify(value));
  checkBytes(length);
  return length;
}

type Members = Readonly<Record<string, unknown>>;

/** At most: a character is up to six bytes (`\u0001`); a number up to 25, and its comma. */
const aText = (text: string): number => 6 * text.length + 4;
const anythingElse = 26;

/** Leaves, which are most of a value, are counted where they stand: a call for each takes twice as long. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return aText(value);
  if (typeof value !== 'object' || value === null) return anythingElse;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) size += sizeOf(item);
    return size;
  }
  for (const key in value) {
    const member = (value as Members)[key];
    size += aText(key);
    if (typeof member === 'string') size += aText(member);
    else if (typeof member === 'object') size += sizeOf(member);
    else size += anythingElse;
  }
  return size;
}

function changedSize(value: object, before: object): number {
  if (value === before) return 0;
  let size = 2;
  for (const key in value) {
    const member = (value as Members)[key];
    if (member !== (before as Members)[key]) size += aText(key) + sizeOf(member);
  }
  return size;
}
