// TaintToleration: taints keep pods off that do not tolerate them; PreferNoSchedule taints make a node less liked.
// Kubernetes: plugins/tainttoleration.

import type { FilterPlugin, Refusal, ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import type { Taint } from '../../../model/taint.ts';
import { tolerates } from '../../filters/taints.ts';
import { perReason } from '../per-reason.ts';

const refusalOf = perReason(({ key, value = '' }: Taint) => `node(s) had untolerated taint {${key}: ${value}}`, false);

export const taintToleration: FilterPlugin & ScorePlugin = {
  name: 'TaintToleration',
  retryOn: ['NodeAdded', 'NodeChanged'],
  weight: 3,

  preFilter: (pod) => ({
    scope: 'node',
    filter({ taints }): Refusal | undefined {
      for (const taint of taints)
        if (taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint)) return refusalOf(taint);
      return undefined;
    },
  }),

  preScore(pod, { columns }) {
    // Without such taints every node would get the same.
    if (columns.disliked === 0) return undefined;
    return {
      scope: 'node',
      normalise: 'reverse',
      score: ({ taints }) =>
        taints.reduce(
          (count, taint) => count + (taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint) ? 1 : 0),
          0,
        ),
    };
  },
};
