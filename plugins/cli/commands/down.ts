// `kubelab down`: stops a running cluster and waits until it is gone.

import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../control.ts';
import { EnvironmentError } from '../exit.ts';
import { runningCluster } from '../state.ts';

/** Milliseconds for pods to end (30 s of grace) and everything after them. */
const patience = 60_000;

export async function down(options: { readonly name?: string }): Promise<void> {
  const state = runningCluster(options.name);
  const { name, pid } = state.mustRun();
  try {
    await ask(state.controlSocket, '/down');
  } catch (error) {
    throw new EnvironmentError(`${(error as Error).message}; if it hangs, end its process: pid ${pid}`);
  }
  const until = performance.now() + patience;
  while (state.isHeldBy(pid)) {
    if (performance.now() > until) {
      throw new EnvironmentError(`cluster ${name} (pid ${pid}) is still there after ${patience / 1000} s`);
    }
    await sleep(50);
  }
  console.log(`cluster ${name} stopped`);
}
