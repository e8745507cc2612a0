// The default profile: Kubernetes' filters in Kubernetes' order, its scores with its weights, and its preemption (its
// getDefaultPlugins).

import type { FilterPlugin, PostFilterPlugin } from '../../contracts/scheduling-framework.ts';
import type { WeightedScore } from './framework-scheduler.ts';
import { balancedAllocation } from './plugins/balanced-allocation.ts';
import { DefaultPreemption } from './plugins/default-preemption.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { type FitStrategy, NodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { podTopologySpread } from './plugins/pod-topology-spread.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import { volumeBinding } from './plugins/volume-binding.ts';
import { volumeRestrictions } from './plugins/volume-restrictions.ts';
import { volumeZone } from './plugins/volume-zone.ts';

export interface Profile {
  readonly filters: readonly FilterPlugin[];
  readonly scores: readonly WeightedScore[];
  readonly postFilters: readonly PostFilterPlugin[];
}

/** @param fit how the score of resources goes; `least` unless told, as in Kubernetes */
export function defaultProfile(fit?: FitStrategy): Profile {
  const resources = new NodeResourcesFit(fit);
  return {
    filters: [
      nodeUnschedulable,
      nodeName,
      taintToleration,
      nodeAffinity,
      nodePorts,
      resources,
      volumeRestrictions,
      volumeBinding,
      volumeZone,
      podTopologySpread,
      interPodAffinity,
    ],
    scores: [
      taintToleration,
      nodeAffinity,
      resources,
      podTopologySpread,
      interPodAffinity,
      balancedAllocation,
      imageLocality,
    ].map((plugin) => ({ plugin })),
    postFilters: [new DefaultPreemption()],
  };
}
