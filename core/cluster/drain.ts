// Drain: takes the pods off a node before its runtime changes, as `kubectl drain` does, and lets it take pods again.
// In real Kubernetes: pods are evicted through the eviction subresource, which honours PodDisruptionBudgets.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import { Nodes } from '../model/node.ts';
import { Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';

/** Milliseconds after which a node that does not become empty is given up. */
const patience = 120_000;

/** Cordons the node, deletes its pods with their grace, and comes back when they are gone. Rejects when the signal says so. */
export async function drain(client: ApiClient, clock: Clock, node: string, signal?: AbortSignal): Promise<void> {
  await client.of(Nodes).patch(node, { spec: { unschedulable: true } });
  const until = clock.now() + patience;
  const fieldSelector = `spec.nodeName=${node}`;
  for (;;) {
    const { items } = await client.of(Pods).list({ fieldSelector });
    if (items.length === 0) return;
    if (clock.now() > until) {
      throw new Error(`node ${node} is not empty after ${patience / 1000} s: ${items.length} pods are still there`);
    }
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp !== undefined) continue;
      await unlessGone(
        client
          .of(Pods)
          .in(metadata.namespace ?? 'default')
          .delete(metadata.name),
      );
    }
    await clock.sleep(200, signal);
  }
}

/** Uncordons the node. */
export async function resume(client: ApiClient, node: string): Promise<void> {
  await unlessGone(client.of(Nodes).patch(node, { spec: { unschedulable: null } }));
}

async function unlessGone(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
  }
}
