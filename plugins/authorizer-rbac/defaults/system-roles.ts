// The roles of the cluster's own parts: scheduler, controller manager, proxy, kubelet; and roles for add-ons to ask for.
// Each part has what it needs and no more: a scheduler that is broken into cannot read a Secret.
// In real Kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.

import { nodeRules } from '../../../core/authorization/node-rules.ts';
import { paths, read, rule } from '../../../core/authorization/rule-notation.ts';
import { events, role, systemRole } from './notation.ts';

const review = [
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
];

/** To be the one that leads, by a Lease of that name. */
const leads = (name: string) => [
  rule('create', 'coordination.k8s.io', 'leases'),
  rule('get update', 'coordination.k8s.io', 'leases', name),
];

export const systemRoles = [
  role('system:auth-delegator', ...review),
  role('system:kube-aggregator', rule(read, '', 'endpoints services')),
  role(
    'system:kube-controller-manager',
    events,
    ...leads('kube-controller-manager'),
    rule('create', '', 'secrets serviceaccounts'),
    rule('delete', '', 'secrets'),
    rule('get', '', 'configmaps namespaces secrets serviceaccounts'),
    rule('update', '', 'secrets serviceaccounts'),
    ...review,
    rule('list watch', '*', '*'),
    rule('create', '', 'serviceaccounts/token'),
  ),
  role('system:kube-dns', rule('list watch', '', 'endpoints services')),
  role(
    'system:kube-scheduler',
    events,
    ...leads('kube-scheduler'),
    rule(read, '', 'nodes'),
    rule('delete get list watch', '', 'pods'),
    rule('create', '', 'bindings pods/binding'),
    rule('patch update', '', 'pods/status'),
    rule(read, '', 'replicationcontrollers services'),
    rule(read, 'apps extensions', 'replicasets'),
    rule(read, 'apps', 'statefulsets'),
    rule(read, 'policy', 'poddisruptionbudgets'),
    rule(read, '', 'persistentvolumeclaims persistentvolumes'),
    ...review,
    rule(read, 'storage.k8s.io', 'csinodes'),
    rule(read, '', 'namespaces'),
    rule(read, 'storage.k8s.io', 'csidrivers'),
    rule(read, 'storage.k8s.io', 'csistoragecapacities'),
  ),
  role(
    'system:kubelet-api-admin',
    rule(read, '', 'nodes'),
    rule('proxy', '', 'nodes'),
    rule('*', '', 'nodes/log nodes/metrics nodes/proxy nodes/stats'),
  ),
  role(
    'system:monitoring',
    paths('get', '/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*'),
  ),
  role('system:node', ...nodeRules),
  role('system:node-bootstrapper', rule('create get list watch', 'certificates.k8s.io', 'certificatesigningrequests')),
  role('system:node-problem-detector', rule('get', '', 'nodes'), rule('patch', '', 'nodes/status'), events),
  role(
    'system:node-proxier',
    rule('list watch', '', 'endpoints services'),
    rule(read, '', 'nodes'),
    events,
    rule('list watch', 'discovery.k8s.io', 'endpointslices'),
  ),
  role(
    'system:persistent-volume-provisioner',
    rule('create delete get list watch', '', 'persistentvolumes'),
    rule('get list update watch', '', 'persistentvolumeclaims'),
    rule(read, 'storage.k8s.io', 'storageclasses'),
    rule('watch', '', 'events'),
    events,
  ),
  role('system:service-account-issuer-discovery', paths('get', '/.well-known/openid-configuration /openid/v1/jwks')),
  role(
    'system:volume-scheduler',
    rule('get list patch update watch', '', 'persistentvolumes'),
    rule(read, 'storage.k8s.io', 'storageclasses'),
    rule('get list patch update watch', '', 'persistentvolumeclaims'),
  ),
  // Kubelab's own: who looks for the kubelets of one process, which share their watches.
  role('system:kubelab:fleet', rule(read, '', 'nodes pods services')),
];

/** In the namespace kube-system. */
export const systemNamespaceRoles = [
  systemRole(
    'extension-apiserver-authentication-reader',
    rule(read, '', 'configmaps', 'extension-apiserver-authentication'),
  ),
  ...['kube-controller-manager', 'kube-scheduler'].map((name) =>
    systemRole(
      `system::leader-locking-${name}`,
      rule('watch', '', 'configmaps'),
      rule('get update', '', 'configmaps', name),
    ),
  ),
];
