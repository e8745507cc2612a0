// Binpack: as few nodes as possible. Kubernetes' filters say where a pod may go; then the fullest node wins.
// A cluster autoscaler can give the empty nodes back; the price is that one lost node takes many pods with it.

import { defaultProfile } from '../../core/scheduling/framework/default-profile.ts';
import { FrameworkScheduler } from '../../core/scheduling/framework/framework-scheduler.ts';
import { type FitStrategy, NodeResourcesFit } from '../../core/scheduling/framework/plugins/node-resources-fit.ts';

export type Packing = 'most' | 'late';

const strategies: Readonly<Record<Packing, FitStrategy>> = {
  most: { type: 'most' },
  late: {
    type: 'requested-to-capacity',
    shape: [
      { utilisation: 0, score: 0 },
      { utilisation: 50, score: 2 },
      { utilisation: 100, score: 10 },
    ],
  },
};

export const binpack = (packing: Packing = 'most'): FrameworkScheduler =>
  new FrameworkScheduler({
    name: 'binpack',
    filters: defaultProfile().filters,
    scores: [{ plugin: new NodeResourcesFit(strategies[packing]) }],
  });
