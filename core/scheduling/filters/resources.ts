// Resource fit: what the pod requests must still be free on the node. Kubernetes: plugins/noderesources, fit.go.
// A pod that asks for nothing fits wherever there is room for one more pod.

import type { NodeInfo } from '../../contracts/scheduler.ts';
import type { Pod } from '../../model/pod.ts';
import { podResources } from '../pod-resources.ts';

/** One reason for each resource that is short; none: it fits. */
export function missingResources(pod: Pod, node: NodeInfo): readonly string[] {
  const asked = podResources(pod);
  const { allocatable, requested } = node;
  const missing: string[] = [];
  const check = (name: string, wanted: number, free: number) => {
    if (wanted > 0 && wanted > free) missing.push(name === 'pods' ? 'Too many pods' : `Insufficient ${name}`);
  };
  check('pods', 1, allocatable.pods - requested.pods);
  check('cpu', asked.cpu, allocatable.cpu - requested.cpu);
  check('memory', asked.memory, allocatable.memory - requested.memory);
  check('ephemeral-storage', asked.ephemeralStorage, allocatable.ephemeralStorage - requested.ephemeralStorage);
  for (const [name, amount] of Object.entries(asked.extended ?? {})) {
    check(name, amount, (allocatable.extended?.[name] ?? 0) - (requested.extended?.[name] ?? 0));
  }
  return missing;
}
