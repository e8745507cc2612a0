// Traces: what a cluster has on the machine while it runs, and what of it is still there afterwards. Read from /proc, so
// on Linux only; elsewhere there is nothing to compare, and only the cluster's own process is looked at.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

interface Process {
  readonly pid: number;
  /** In clock ticks since the machine started: with it, a pid that is used again is another process. */
  readonly startTime: string;
  readonly command: string;
}

/** Processes that came from one, and the sockets that they hold. */
export interface Traces {
  readonly processes: readonly Process[];
  /** Numbers of inodes. */
  readonly sockets: ReadonlySet<string>;
}

const linux = process.platform === 'linux';

/** The process and all that it has started, directly or through others. */
export function tracesOf(pid: number): Traces {
  if (!linux) return { processes: [{ pid, startTime: '', command: 'the cluster' }], sockets: new Set() };
  const stats = pids().flatMap((each) => statOf(each) ?? []);
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const stat of stats) if (family.has(stat.parent)) family.add(stat.pid);
  }
  const processes = stats.filter((stat) => family.has(stat.pid));
  return { processes, sockets: new Set(processes.flatMap((each) => socketsOf(each.pid))) };
}

/** What of it is there now, a line each. */
export function remains({ processes, sockets }: Traces): string[] {
  return [
    ...processes.filter(isAlive).map(({ pid, command }) => `process ${pid}: ${command}`),
    ...openSockets()
      .filter(({ inode }) => sockets.has(inode))
      .map(({ line }) => `socket: ${line}`),
  ];
}

/** Processes whose environment has this entry (Linux): how a test finds a container from outside. */
export function processesWith(entry: string): number[] {
  return pids().filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(entry));
}

/** Every file and folder below one, as paths from there. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function statOf(pid: number): (Process & { readonly parent: number }) | undefined {
  // pid (command) state parent ...: the command may hold spaces and brackets. In proc(5) the fields are 1-based.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  const [state, parent] = fields;
  const startTime = fields[22 - 3];
  if (state === undefined || state === 'Z' || parent === undefined || startTime === undefined) return undefined;
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return { pid, parent: Number(parent), startTime, command };
}

function isAlive({ pid, startTime }: Process): boolean {
  if (linux) return statOf(pid)?.startTime === startTime;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    return []; // it ended meanwhile
  }
}

function openSockets(): { inode: string; line: string }[] {
  if (!linux) return [];
  // Where a line has its inode, counted from 0.
  const tables = { tcp: 9, tcp6: 9, udp: 9, udp6: 9, unix: 6 };
  return Object.entries(tables).flatMap(([table, column]) =>
    read(`/proc/net/${table}`)
      .split('\n')
      .slice(1)
      .map((line) => ({ inode: line.trim().split(/\s+/)[column] ?? '', line: `${table} ${line.trim()}` })),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // processes come and go
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
