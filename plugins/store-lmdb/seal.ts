// Seal: JSON with its checksum before it, so that a text that is not what was written is never taken for one that was. What it
// is about (a fact's name, a row's revision) is part of the sum: a row that has come to lie elsewhere is found out as well.
//   seal('oldest', 812)               4 bytes, then `812`
//   unseal('oldest', bytes)           812

import { crc32 } from 'node:zlib';

const sumOf = (about: string, text: Uint8Array): number => crc32(text, crc32(about));

export function seal(about: string, value: unknown): Buffer {
  const text = JSON.stringify(value);
  const bytes = Buffer.allocUnsafe(4 + Buffer.byteLength(text));
  bytes.write(text, 4);
  bytes.writeUInt32LE(sumOf(about, bytes.subarray(4)));
  return bytes;
}

/** Undefined: it is not what was sealed. */
export function unseal(about: string, bytes: Buffer): unknown {
  if (bytes.length < 4 || bytes.readUInt32LE() !== sumOf(about, bytes.subarray(4))) return undefined;
  return JSON.parse(bytes.toString('utf8', 4));
}
