// What scheduler and kubelets would have done by now, in one step: every pod is placed, and Running and Ready; every
// terminating pod is gone. For tests of controllers, which want pods that come and go but no nodes.

import { timestamp } from '../contracts/clock.ts';
import { isTrue } from '../model/conditions.ts';
import { type Pod, Pods } from '../model/pod.ts';
import type { ControlPlane } from './control-plane.ts';

/**
 * @param healthy which pods become ready; the others run and do not
 * @param nodeOf where a pod is placed
 */
export async function pretendKubelet(
  plane: ControlPlane,
  healthy: (pod: Pod) => boolean = () => true,
  nodeOf: (pod: Pod) => string = () => 'node-1',
): Promise<void> {
  const { client, clock } = plane;
  for (const pod of (await client.of(Pods).list()).items) {
    const { name, namespace = '', deletionTimestamp, finalizers = [] } = pod.metadata;
    const pods = client.of(Pods).in(namespace);
    if (deletionTimestamp !== undefined) {
      if (pod.metadata.deletionGracePeriodSeconds || finalizers.length === 0)
        await pods.delete(name, { gracePeriodSeconds: 0 });
      continue;
    }
    if (!pod.spec.nodeName) await pods.post(name, 'binding', { target: { kind: 'Node', name: nodeOf(pod) } });
    const ready = healthy(pod);
    if (pod.status?.phase === 'Running' && isTrue(pod.status.conditions, 'Ready') === ready) continue;
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: timestamp(clock) }];
    await pods.status.patch(name, { status: { phase: 'Running', conditions } }, { type: 'merge' });
  }
}
