// NodeUnschedulable: cordoned nodes take no new pods. Kubernetes: plugins/nodeunschedulable.

import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';
import { nodeIsSchedulable } from '../../filters/unschedulable.ts';

const refusal = { reasons: ['node(s) were unschedulable'], resolvable: false };

export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  retryOn: ['NodeAdded', 'NodeChanged'],
  preFilter: (pod) => ({
    scope: 'node',
    filter: (node) => (node.unschedulable && nodeIsSchedulable(pod, node) ? refusal : undefined),
  }),
};
