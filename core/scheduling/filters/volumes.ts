// Volumes: whether the node can give the pod the volumes that it claims. Kubernetes: plugins/volumebinding.

import type { ClusterView, NodeInfo } from '../../contracts/scheduler.ts';
import type { Pod } from '../../model/pod.ts';
import { volumeFinderFor } from '../volumes/volume-finder.ts';

const none: readonly string[] = [];

export function missingVolumes(pod: Pod, node: NodeInfo, { storage }: ClusterView): readonly string[] {
  const finder = volumeFinderFor(pod, storage);
  if (finder === undefined) return none;
  return typeof finder === 'string' ? [finder] : (finder.refusal(node)?.reasons ?? none);
}
