// Process: whether the one that holds a file is still there. A number alone is not enough: it is used again.

import { readFileSync } from 'node:fs';

/** When a process began, where the system tells; '' elsewhere. */
export function beganAt(pid: number): string {
  try {
    // The program's name, in brackets, may have spaces: count from behind it. Field 22 is the start time.
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
