// `kubelab shell`: a shell in which KUBECONFIG names this cluster and `kubectl` works, with the real kubectl or the built-in.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findKubectl } from '../kubectl/find-kubectl.ts';
import { runningCluster } from '../state.ts';

export async function shell(options: { readonly name?: string }): Promise<void> {
  const { name, kubeconfig } = runningCluster(options.name);
  const env: NodeJS.ProcessEnv = { ...process.env, KUBECONFIG: kubeconfig, KUBELAB_CLUSTER: name };
  const folder = findKubectl() === undefined ? standIn(name) : undefined;
  if (folder !== undefined) env.PATH = `${folder}${path.delimiter}${process.env.PATH ?? ''}`;
  const program = process.platform === 'win32' ? (process.env.COMSPEC ?? 'cmd.exe') : (process.env.SHELL ?? '/bin/sh');
  console.log(`kubectl speaks to cluster ${name}; leave with: exit`);
  const child = spawn(program, [], { stdio: 'inherit', env });
  // Ctrl-C is for what runs in the shell.
  process.on('SIGINT', () => {});
  try {
    process.exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 0));
    });
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder with a `kubectl` that is the built-in one. */
function standIn(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-shell-'));
  const node = process.execPath;
  const command = process.argv[1] ?? '';
  if (process.platform === 'win32') {
    writeFileSync(path.join(folder, 'kubectl.cmd'), `@"${node}" "${command}" kubectl --name ${name} %*\r\n`);
  } else {
    const file = path.join(folder, 'kubectl');
    writeFileSync(file, `#!/bin/sh\nexec "${node}" "${command}" kubectl --name ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}
