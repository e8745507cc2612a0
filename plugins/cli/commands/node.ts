// `kubelab node stop NODE`, `kubelab node start NODE`: takes the power from a node, and gives it back.
// In real Kubernetes: somebody pulls a plug, or a kernel panics; no command of the API does it.

import { ask } from '../control.ts';
import type { NodeAnswer } from '../control-handlers.ts';
import { runningCluster } from '../state.ts';

/** Milliseconds: a kubelet that starts lists everything of its node first. */
const patience = 90_000;

export async function node(
  action: 'start' | 'stop',
  node: string,
  { name }: { readonly name?: string },
): Promise<void> {
  const state = runningCluster(name);
  const answer = await ask<NodeAnswer>(state.controlSocket, '/node', { action, node }, patience);
  process.stdout.write(`${answer.message}\n`);
}
