// NodeResourcesBalancedAllocation: a node whose CPU and memory are in use alike is better than one that has run out of one
// while plenty is left of the other. Kubernetes: plugins/noderesources, balanced_allocation.go.

import type { ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import { podResources } from '../../pod-resources.ts';

export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  preScore(pod) {
    const asked = podResources(pod);
    // A pod that asks for nothing is the same everywhere (best effort).
    if (asked.cpu === 0 && asked.memory === 0) return undefined;
    return {
      scope: 'node',
      normalise: 'none',
      score({ allocatable, used }) {
        // A resource that the node does not have is not out of balance with the other one.
        if (allocatable.cpu === 0 || allocatable.memory === 0) return 100;
        const cpu = share(used.cpu + asked.cpu, allocatable.cpu);
        const memory = share(used.memory + asked.memory, allocatable.memory);
        // The standard deviation of two numbers is half their distance.
        return Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
      },
    };
  },
};

const share = (requested: number, capacity: number): number => Math.min(1, requested / capacity);
