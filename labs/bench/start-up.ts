// Starting: from `kubelab up` to the first `kubectl get nodes` that shows a node, and the memory of the idle cluster.
// With the real kubectl on the PATH; without one, with the built-in one, which is said.

import { readFileSync } from 'node:fs';
import { kubectls, run, TestCluster } from '../../plugins/cli/e2e/harness.ts';
import type { Figure } from './measure.ts';

async function timeToFirstNodes(): Promise<number> {
  const { onPath } = kubectls();
  const start = performance.now();
  const cluster = await TestCluster.start();
  try {
    for (;;) {
      const { code, stdout } = onPath
        ? await cluster.kubectl(onPath, ['get', 'nodes', '--no-headers'])
        : await cluster.kubelab('kubectl', 'get', 'nodes', '--no-headers');
      if (code === 0 && stdout.trim() !== '') return performance.now() - start;
    }
  } finally {
    await cluster.stop();
    cluster.clean();
  }
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
