// NodeAffinity: nodeSelector and node affinity. What is required keeps nodes out; what is preferred is a score, the sum of
// the weights of the terms that hold. Kubernetes: plugins/nodeaffinity.

import type { FilterPlugin, ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import { nodeIsWanted, termHolds } from '../../filters/node-affinity.ts';

const refusal = { reasons: ["node(s) didn't match Pod's node affinity/selector"], resolvable: false };

export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: 'NodeAffinity',
  retryOn: ['NodeAdded', 'NodeChanged'],
  weight: 2,

  preFilter(pod) {
    const { nodeSelector, affinity } = pod.spec;
    if (!nodeSelector && !affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) return undefined;
    return { scope: 'node', filter: (node) => (nodeIsWanted(pod, node) ? refusal : undefined) };
  },

  preScore(pod) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return {
      scope: 'node',
      normalise: 'greatest',
      score: (node) =>
        preferred.reduce((sum, { weight, preference }) => sum + (termHolds(preference, node) ? weight : 0), 0),
    };
  },
};
