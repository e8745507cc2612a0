// `kubelab bench ...`: the benchmarks have a program of their own, as the labs do (lab.ts): in dist/ beside this module when
// built, among the sources when they are run as they are.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../exit.ts';

export async function bench(args: readonly string[]): Promise<void> {
  // Whoever reads has had enough (`| head`): what was found still decides the exit code.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const isBuilt = !import.meta.url.endsWith('.ts');
  const program = new URL(isBuilt ? './bench.js' : '../../../labs/bench/compare/main.ts', import.meta.url);
  if (!existsSync(fileURLToPath(program))) {
    throw new EnvironmentError('this copy of Kubelab has no benchmarks: they are in its clone');
  }
  const { main } = (await import(program.href)) as { main(args: readonly string[]): Promise<void> };
  await main(args);
}
