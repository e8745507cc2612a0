// Visit shell: what stands around a program that looks at a visit: KUBECONFIG, a `kubectl` (the built-in one where no real one
// is installed), and the door through which `kubelab lab step` finds the visit.
// Always true: what kubectl keeps (discovery) lies in the visit's folder, and goes with it.

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../../plugins/cli/exit.ts';
import { findKubectl, standInPrefix } from '../../../plugins/cli/kubectl/find-kubectl.ts';

/** Names the door of the visit that one is inside of. */
export const doorVariable = 'KUBELAB_VISIT';

export interface Surroundings {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly door: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function environmentOf({ folder, kubeconfig, door }: Surroundings, env: Environment): NodeJS.ProcessEnv {
  const inside: NodeJS.ProcessEnv = {
    ...env,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: path.join(folder, 'cache'),
    [doorVariable]: door,
  };
  if (findKubectl(env) === undefined) inside.PATH = `${standIn(folder)}${path.delimiter}${env.PATH ?? ''}`;
  return inside;
}

/** A folder with a `kubectl` that is the built-in one. */
function standIn(visit: string): string {
  const folder = path.join(visit, `${standInPrefix}bin`);
  mkdirSync(folder, { recursive: true });
  const command = [process.execPath, ...process.execArgv, process.argv[1] ?? ''].map((word) => `"${word}"`).join(' ');
  if (process.platform === 'win32') {
    writeFileSync(path.join(folder, 'kubectl.cmd'), `@${command} lab kubectl %*\r\n`);
  } else {
    const file = path.join(folder, 'kubectl');
    writeFileSync(file, `#!/bin/sh\nexec ${command} lab kubectl "$@"\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}

/**
 * Runs a program there until it ends.
 * @param signal ends it
 * @returns its exit code; as a shell tells it, when a signal ended it
 * @throws EnvironmentError when there is no such program
 */
export async function runIn(env: NodeJS.ProcessEnv, words: readonly string[], signal: AbortSignal): Promise<number> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { stdio: 'inherit', env });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(new EnvironmentError(`${program} cannot be run: ${error.message}`)));
      child.once('exit', (code, killed) => resolve(code ?? (killed === 'SIGINT' ? 130 : 143)));
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** A person's shell. */
export const shellOf = (env: Environment): string =>
  process.platform === 'win32' ? (env.COMSPEC ?? 'cmd.exe') : (env.SHELL ?? '/bin/sh');
