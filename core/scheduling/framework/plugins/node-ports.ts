// NodePorts: a host port can be taken once a node. Kubernetes: plugins/nodeports.

import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';
import { hostPorts, hostPortsAreFree } from '../../filters/host-ports.ts';

const refusal = { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true };

export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  retryOn: ['NodeAdded', 'PodGone'],
  preFilter(pod) {
    if (hostPorts(pod).length === 0) return undefined;
    return { scope: 'node', filter: (node) => (hostPortsAreFree(pod, node) ? refusal : undefined) };
  },
};
