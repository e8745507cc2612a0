// Process statistics: what process groups use, from Linux' /proc. Other systems have no such place: nothing is reported.

import { readdir, readFile } from 'node:fs/promises';

export interface Usage {
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
}

/** A tick of /proc/PID/stat is 10 ms and a page 4 KiB on every Linux that Node.js has builds for but a few. */
const tick = 10_000_000;
const page = 4096;

/** Sums by process group. Empty where there is no /proc. */
export async function usageByGroup(): Promise<ReadonlyMap<number, Usage>> {
  const groups = new Map<number, Usage>();
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  for (const text of texts) {
    // The program's name, in parentheses, may have spaces and parentheses itself: fields count from the last one.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, , group] = fields;
    if (!group) continue;
    const before = groups.get(group) ?? { cpuNanoseconds: 0, memoryBytes: 0 };
    groups.set(group, {
      cpuNanoseconds: before.cpuNanoseconds + ((fields[11] ?? 0) + (fields[12] ?? 0)) * tick,
      memoryBytes: before.memoryBytes + (fields[21] ?? 0) * page,
    });
  }
  return groups;
}
