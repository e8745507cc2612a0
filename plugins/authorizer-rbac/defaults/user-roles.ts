// The roles that people are given: cluster-admin, admin, edit, view, and what everybody may do.
//   admin = edit + roles      edit = view + writing      view = reading, but no Secrets
// The three are sums: a ClusterRole of yours with the label rbac.authorization.k8s.io/aggregate-to-view adds to them.
// In real Kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.

import { all, paths, read, rule, write } from '../../../core/authorization/rule-notation.ts';
import { partOf, role, sum } from './notation.ts';

const workloads =
  'daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale';

export const userRoles = [
  role('cluster-admin', rule('*', '*', '*'), paths('*', '*')),
  sum('admin'),
  sum('edit', 'admin'),
  sum('view', 'edit'),
  partOf(
    'admin',
    'system:aggregate-to-admin',
    rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
    rule(all, 'rbac.authorization.k8s.io', 'rolebindings roles'),
  ),
  partOf(
    'edit',
    'system:aggregate-to-edit',
    rule(read, '', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
    rule('impersonate', '', 'serviceaccounts'),
    rule(write, '', 'pods pods/attach pods/exec pods/portforward pods/proxy'),
    rule('create', '', 'pods/eviction'),
    rule(
      write,
      '',
      'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
    ),
    rule('create', '', 'serviceaccounts/token'),
    rule(write, 'apps', `${workloads} deployments/rollback`),
    rule(write, 'autoscaling', 'horizontalpodautoscalers'),
    rule(write, 'batch', 'cronjobs jobs'),
    rule(write, 'policy', 'poddisruptionbudgets'),
    rule(write, 'networking.k8s.io', 'ingresses networkpolicies'),
    rule(all, 'coordination.k8s.io', 'leases'),
  ),
  partOf(
    'view',
    'system:aggregate-to-view',
    rule(
      read,
      '',
      'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
    ),
    rule(
      read,
      '',
      'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
    ),
    rule(read, '', 'namespaces'),
    rule(read, 'discovery.k8s.io', 'endpointslices'),
    rule(
      read,
      'apps',
      `controllerrevisions ${workloads} daemonsets/status deployments/status replicasets/status statefulsets/status`,
    ),
    rule(read, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
    rule(read, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
    rule(read, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
    rule(read, 'networking.k8s.io', 'ingresses ingresses/status networkpolicies'),
  ),
  role(
    'system:basic-user',
    rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
    rule('create', 'authentication.k8s.io', 'selfsubjectreviews'),
  ),
  role(
    'system:discovery',
    paths('get', '/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/'),
  ),
  role('system:public-info-viewer', paths('get', '/healthz /livez /readyz /version /version/')),
];
