// Starting: from `kubelab up` to the first `kubectl get nodes` that shows a node, and the memory of the idle cluster.
// With the newest real kubectl of the machine; without one, with the built-in one.

import { readFileSync } from 'node:fs';
import { kubectls, run, TestCluster } from '../../plugins/cli/e2e/harness.ts';
import type { Figure } from './measure.ts';

async function timeToFirstNodes(): Promise<number> {
  const program = newestKubectl();
  const start = performance.now();
  const cluster = await TestCluster.start();
  try {
    for (;;) {
      const words = ['get', 'nodes', '--no-headers'];
      const { code, stdout } = program ? await cluster.kubectl(program, words) : await cluster.ownKubectl(words);
      if (code === 0 && stdout.trim() !== '') return performance.now() - start;
    }
  } finally {
    await cluster.stop();
    cluster.clean();
  }
}

/** A release itself where there is one: what is on the PATH may first ask the server which release it should call. */
function newestKubectl(): string | undefined {
  const { onPath, releases } = kubectls();
  return releases.at(-1)?.path ?? onPath;
}

/** Resident memory of the process half a minute after the start, in MiB. */
async function idleMemory(): Promise<number> {
  const cluster = await TestCluster.start();
  try {
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    return await residentMebibytes(cluster.pid);
  } finally {
    await cluster.stop();
    cluster.clean();
  }
}

async function residentMebibytes(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) / 1024;
  }
  return Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) / 1024;
}

export const startUpFigures: readonly Figure[] = [
  { name: 'up to the first kubectl get nodes', unit: 'ms', floor: { atMost: 1000 }, run: timeToFirstNodes },
  {
    name: 'memory of an idle cluster',
    unit: 'MiB resident',
    floor: { atMost: 150 },
    run: idleMemory,
    runs: 1,
    warmUps: 0,
  },
];
