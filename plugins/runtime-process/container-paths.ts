// Container paths: what a path inside a container means on this machine, for programs of the machine, which have no
// preload and no root file system of their own: their arguments are put right before they see them.
//   mount paths            lead to where the volumes really are
//   other absolute paths   lead into the container's own folder, so that `rm -rf /data` finds no /data of the machine
//   the system's folders   stay what they are: programs and their libraries live there; nothing is written to them
// It is text that is changed, by rules that hold for the scripts of tutorials. It is no wall: a program that makes up a
// path by itself sees the machine's (applets.ts stops the worst of it).

import { join } from 'node:path';
import type { Mapping } from './volumes.ts';

/** Where paths of a container lead. */
export interface ContainerPaths {
  readonly mappings: readonly Mapping[];
  /** The container's own folder. Absent: only mount paths are put right, as for `host/NAME`. */
  readonly root?: string;
  /** Folders whose paths are real already. */
  readonly keep?: readonly string[];
}

/** First names of paths at which programs of the machine and what they need are. */
const system = new Set(
  'bin sbin usr lib lib32 lib64 etc dev proc sys opt nix snap System Library Applications'.split(' '),
);
/** What is not even written to a copy of: devices. */
const devices = new Set(['dev', 'proc', 'sys']);

const begin = String.raw`(?:^|[;&|(\n\x60{]\s*|\b(?:then|do|else)\s+)`;
const writes = new RegExp(
  String.raw`>\s*["']?$|${begin}(?:rm|rmdir|mkdir|touch|tee|truncate|chmod|chown|mv|ln)\s[^;&|\n<>]*$`,
);
const takesRoot = new RegExp(String.raw`${begin}(?:cd|ls|rm|find|chmod|chown|du)\s[^;&|\n<>]*$`);
/** Texts in which a slash begins no path: requests, and what these programs look for. */
const noPath =
  /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+$|\b(?:sed|awk|grep|egrep|jq)\b[^|;&\n'"]*(['"])(?:(?!\1).)*$/s;
const candidate = /(?<![\w./:-])\/(?:[^\s'"`;|&<>()$*?{}\\,:=]*)/g;

/** Whether the path lies in a folder whose paths are real already. */
export const isReal = (path: string, keep: readonly string[]): boolean =>
  keep.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Where a path below a mount path really is; undefined for any other path. The longest mount path counts. */
export function realPath(path: string, mappings: readonly Mapping[]): string | undefined {
  const under = mappings.filter((mapping) => path === mapping.path || path.startsWith(`${mapping.path}/`));
  const mapping = under.sort((a, b) => b.path.length - a.path.length)[0];
  return mapping && join(mapping.real, path.slice(mapping.path.length));
}

/**
 * The text with every path in it put to where it really is.
 * @param called the program whose argument it is: `rm` tells more of `/` than `expr` does
 */
export function realPaths(text: string, { mappings, root, keep = [] }: ContainerPaths, called = ''): string {
  if (!text.includes('/')) return text;
  const byLength = [...mappings].sort((a, b) => b.path.length - a.path.length);
  return text.replace(candidate, (path: string, offset: number) => {
    const before = `${called} ${text.slice(0, offset)}`;
    if (goesOn(before)) return path;
    if (isReal(path, keep)) return path;
    const mount = byLength.find((one) => path.startsWith(one.path) && !/^[\w.-]/.test(path.slice(one.path.length)));
    if (mount) return mount.real + path.slice(mount.path.length);
    if (root === undefined) return path;
    return isContainers(path, before, text[offset + path.length]) ? root + path : path;
  });
}

/** @param before what stands before the path; @param next the character after it */
function isContainers(path: string, before: string, next = ''): boolean {
  if (noPath.test(before)) return false;
  const top = path.split('/')[1] ?? '';
  if (top === '') return path === '/' && /^[\s;&|*]?$/.test(next) && takesRoot.test(before);
  return !(writes.test(before) ? devices : system).has(top);
}

/** Whether the path is only the rest of one: `~/x`, `${DIR}/x`, `"$DIR"/x`. */
function goesOn(before: string): boolean {
  if (/[~}\])$*?\\@%+]$/.test(before)) return true;
  return /['"]$/.test(before) && !inQuotes(before);
}

function inQuotes(before: string): boolean {
  let open = '';
  for (const [character] of before.matchAll(/\\.|['"]/gs)) {
    if (open === '' && character.length === 1) open = character;
    else if (character === open) open = '';
  }
  return open !== '';
}

/** The first names of paths that a container's own folder has, as the images of small distributions do. */
export const usualFolders = [
  'home',
  'media',
  'mnt',
  'root',
  'run',
  'srv',
  'var/cache',
  'var/lib',
  'var/log',
  'var/run',
];
