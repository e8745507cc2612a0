// The disk that all stores are measured on: found, described, and refused when it is only memory.

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** statfs(2): TMPFS_MAGIC and RAMFS_MAGIC. */
const inMemory = new Set([0x01021994, 0x858458f6]);

const isInMemory = (folder: string): boolean => inMemory.has(statfsSync(folder).type);

/** The folder given; or where temporary files go, or the one that we are called in. @throws Error when it is no disk */
export function folderOnDisk(given: string | undefined): string {
  if (given !== undefined) mkdirSync(given, { recursive: true });
  const places = given === undefined ? [tmpdir(), process.cwd()] : [given];
  const folder = places.find((place) => !isInMemory(place));
  if (folder === undefined) {
    throw new Error(
      `${places.join(' and ')}: that is memory (tmpfs), where nothing is durable; give a folder on a disk`,
    );
  }
  return path.resolve(folder);
}

/** Its file system, and what a flush of 4 KiB takes there: the floor under every durable write. */
export function describeDisk(folder: string): string {
  return `${folder} (${fileSystem(folder)}); a write of 4 KiB with fdatasync takes ${Math.round(flushTime(folder))} us`;
}

function fileSystem(folder: string): string {
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').trimEnd().split('\n') : [];
  const within = mounts
    .map((line) => line.split(' '))
    .filter(([, at = '']) => `${folder}/`.startsWith(at === '/' ? '/' : `${at}/`));
  const [device, , type] = within.sort(([, a = ''], [, b = '']) => b.length - a.length)[0] ?? [];
  return device === undefined ? 'file system unknown' : `${type} on ${device}`;
}

/** Microseconds, median of 200. */
function flushTime(folder: string): number {
  const name = path.join(folder, 'flush');
  const file = openSync(name, 'w');
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return (performance.now() - start) * 1000;
  });
  closeSync(file);
  rmSync(name);
  return times.sort((a, b) => a - b)[100] ?? Number.NaN;
}
