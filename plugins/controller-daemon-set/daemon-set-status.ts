// The status of a DaemonSet: nodes, counted.

import { isReady } from '../../core/control/pods.ts';
import type { DaemonSetStatus } from '../../core/model/daemon-set/daemon-set.ts';
import { isNew, isUp, type NodePods, oldestFirst, type View } from './placement.ts';

export function statusOf(nodes: readonly NodePods[], view: View): DaemonSetStatus {
  const wanted = nodes.filter(({ fit }) => fit.shouldRun);
  // Where an update has put a second pod, the older one stands for the node.
  const pods = wanted.flatMap(({ pods }) => [...pods].sort(oldestFirst).slice(0, 1));
  const available = pods.filter((pod) => isUp(pod, view)).length;
  const updated = pods.filter((pod) => isNew(pod, view)).length;
  const { generation } = view.set.metadata;
  const { conditions, collisionCount } = view.set.status ?? {};
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: nodes.filter(({ fit, pods }) => !fit.shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: pods.filter(isReady).length,
    // As Kubernetes' JSON has it: these are left out when there is nothing to say.
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(wanted.length > available && { numberUnavailable: wanted.length - available }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}
