// NodeName: a pod that names its node itself. Kubernetes: plugins/nodename.
// In real Kubernetes such a pod never reaches the scheduler's queue; the filter is there for what-if questions.

import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';

const refusal = { reasons: ["node(s) didn't match the requested node name"], resolvable: false };

export const nodeName: FilterPlugin = {
  name: 'NodeName',
  retryOn: ['NodeAdded'],
  preFilter({ spec: { nodeName: wanted } }) {
    if (!wanted) return undefined;
    // Not part of a pod's shape, so not kept.
    return { scope: 'cluster', filter: (node) => (node.name === wanted ? undefined : refusal) };
  },
};
