// The plugin `controller-cluster-role-aggregation`: ClusterRoles that are the sum of others.

import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Controller } from '../../core/contracts/controller.ts';
import { ClusterRoleAggregationController } from './aggregation-controller.ts';

export const controllerClusterRoleAggregation = plugin({
  name: 'controller-cluster-role-aggregation',
  description: 'keeps ClusterRoles that are the sum of others (admin, edit, view)',
  provides: [Controller],
  browserSafe: true,
  bind: ({ bind }) => {
    bind(Controller).toResolvedValue((client: ApiClient) => new ClusterRoleAggregationController(client), [ApiClient]);
  },
});
export default controllerClusterRoleAggregation;
