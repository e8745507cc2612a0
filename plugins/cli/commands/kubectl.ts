// `kubelab kubectl ...`: the real kubectl with this cluster's kubeconfig, or the built-in one where there is none.

import { spawn } from 'node:child_process';
import { findKubectl } from '../kubectl/find-kubectl.ts';
import { runningCluster } from '../state.ts';

export async function kubectl(args: readonly string[], { name }: { readonly name?: string }): Promise<void> {
  const { kubeconfig } = runningCluster(name);
  const real = findKubectl();
  if (real === undefined) {
    const { builtInKubectl } = await import('../kubectl/built-in.ts');
    process.exitCode = await builtInKubectl(args, kubeconfig);
    return;
  }
  const child = spawn(real, [...args], { stdio: 'inherit', env: { ...process.env, KUBECONFIG: kubeconfig } });
  process.on('SIGINT', () => {}); // kubectl gets it too, and decides
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 3));
  });
}
