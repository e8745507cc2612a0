// Guard: a small process beside the cluster that outlives it by a moment. The cluster tells it, line by line, what it has
// started; when the cluster's end of the pipe closes without a good-bye (kill -9, power to the debugger), the guard ends
// every container's process group and removes the working folders. So nothing is left behind, whatever the program was.
//   + pid        a process group was started        - pid        it has ended
//   dir PATH     remove this folder at the end      undir PATH   it is gone already

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const groups = new Set();
const folders = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}); // Ctrl-C is the cluster's to handle

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [word, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
  if (word === '+') groups.add(Number(rest));
  if (word === '-') groups.delete(Number(rest));
  if (word === 'dir') folders.add(rest);
  if (word === 'undir') folders.delete(rest);
});
lines.on('close', () => {
  for (const pid of groups) {
    try {
      if (process.platform === 'win32') spawnSync('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true });
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
