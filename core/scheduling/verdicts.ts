// What the scheduler writes: a binding for a pod that got a node, a condition on a pod that got none.

import type { ApiClient } from '../contracts/api-client.ts';
import { type Clock, timestamp } from '../contracts/clock.ts';
import type { Pod } from '../model/pod.ts';
import { Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';

/** POST pods/NAME/binding. Throws ApiError: 409 when the pod has a node already, 404 when it is gone. */
export async function bindPod(client: ApiClient, pod: Pod, node: string): Promise<void> {
  const { name, namespace = 'default', uid } = pod.metadata;
  await client
    .of(Pods)
    .in(namespace)
    .post(name, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    });
}

/**
 * Sets the condition PodScheduled to False, unless it says the same already. A pod that is gone needs none.
 * @param nominated where room is being made for it; '': nowhere; undefined: as before
 */
export async function reportUnschedulable(
  client: ApiClient,
  pod: Pod,
  reason: 'Unschedulable' | 'SchedulerError',
  message: string,
  clock: Clock,
  nominated?: string,
): Promise<void> {
  const standing = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const same = standing?.status === 'False' && standing.reason === reason && standing.message === message;
  const isNews = nominated !== undefined && nominated !== (pod.status?.nominatedNodeName ?? '');
  if (same && !isNews) return;
  const lastTransitionTime = standing?.status === 'False' ? standing.lastTransitionTime : timestamp(clock);
  const condition = { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime, reason, message };
  const status = { conditions: [condition], ...(isNews && { nominatedNodeName: nominated || null }) };
  try {
    await client
      .of(Pods)
      .in(pod.metadata.namespace ?? 'default')
      .status.patch(pod.metadata.name, { status }, { type: 'strategic' });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
