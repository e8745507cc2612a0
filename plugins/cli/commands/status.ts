// `kubelab status`: what runs in a cluster, and how it fares.

import { ask } from '../control.ts';
import type { StatusAnswer } from '../control-handlers.ts';
import { runningCluster } from '../state.ts';
import { columns, onlyJson } from '../text.ts';

export async function status({ name, output }: { readonly name?: string; readonly output?: string }): Promise<void> {
  onlyJson('status', output);
  const state = runningCluster(name);
  const answer = await ask<StatusAnswer>(state.controlSocket, '/status');
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const rows = answer.components.map(({ name, slot, plugin, state, message }) => [name, slot, plugin, state, message]);
  process.stdout.write(
    `cluster ${answer.name} at ${answer.server} (pid ${answer.pid})\n\n${columns(['COMPONENT', 'SLOT', 'PLUGIN', 'STATE', 'MESSAGE'], rows)}`,
  );
}
