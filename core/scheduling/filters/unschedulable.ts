// Cordoned nodes take no new pods, but for those that tolerate the taint that stands for it.
// Kubernetes: plugins/nodeunschedulable.

import type { NodeInfo } from '../../contracts/scheduler.ts';
import type { Pod } from '../../model/pod.ts';
import type { Taint } from '../../model/taint.ts';
import { tolerates } from './taints.ts';

const cordoned: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export function nodeIsSchedulable(pod: Pod, node: NodeInfo): string | undefined {
  if (!node.unschedulable || tolerates(pod, cordoned)) return undefined;
  return 'node(s) were unschedulable';
}
