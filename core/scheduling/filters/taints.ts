// Taints keep pods off a node that do not tolerate them. Kubernetes: plugins/tainttoleration, api/core/v1/toleration.go.

import type { NodeInfo } from '../../contracts/scheduler.ts';
import type { Pod } from '../../model/pod.ts';
import type { Taint } from '../../model/taint.ts';
import type { Toleration } from '../../model/toleration.ts';

export function taintsAreTolerated(pod: Pod, node: NodeInfo): string | undefined {
  const taint = node.taints.find((each) => each.effect !== 'PreferNoSchedule' && !tolerates(pod, each));
  return taint && `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
}

/** Whether one of the pod's tolerations covers the taint. */
export function tolerates(pod: Pod, taint: Taint): boolean {
  return pod.spec.tolerations?.some((toleration) => covers(toleration, taint)) ?? false;
}

/** An empty effect covers all effects, an empty key with Exists covers all keys. */
function covers(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}
