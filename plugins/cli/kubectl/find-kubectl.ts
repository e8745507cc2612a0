// Which kubectl to use: the real one where it is installed, else the built-in one.
//   KUBELAB_KUBECTL=built-in      the built-in one, whatever is installed
//   KUBELAB_KUBECTL=/path/to/it   that one

import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Folders with this at the beginning of their name hold a `kubectl` that is the built-in one (`kubelab shell`). */
export const standInPrefix = 'kubelab-shell-';

/** The real kubectl; undefined when there is none. */
export function findKubectl(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { KUBELAB_KUBECTL: chosen } = env;
  if (chosen) return chosen === 'built-in' ? undefined : chosen;
  const name = process.platform === 'win32' ? 'kubectl.exe' : 'kubectl';
  return (
    (env.PATH ?? '')
      .split(path.delimiter)
      .filter((folder) => folder !== '')
      // The stand-in would come back here, and so on for ever.
      .filter((folder) => !path.basename(folder).startsWith(standInPrefix))
      .map((folder) => path.join(folder, name))
      .find(isProgram)
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
