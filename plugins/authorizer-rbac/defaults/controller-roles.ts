// The roles of the controllers, one each: what it says here is what a controller does. In real Kubernetes each controller
// has a service account of its name in kube-system (kube-controller-manager --use-service-account-credentials); here all of
// them are the user system:kube-controller-manager, who is therefore given the sum: system:kubelab:controllers.
// In real Kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go.

import { read, rule } from '../../../core/authorization/rule-notation.ts';
import type { PolicyRule } from '../../../core/model/policy-rule.ts';
import { events, role } from './notation.ts';

const manages = 'create delete list patch watch';
const updates = (group: string, plural: string) => [
  rule('update', group, `${plural}/status`),
  rule('update', group, `${plural}/finalizers`),
];
const revisions = rule('create delete get list patch update watch', 'apps', 'controllerrevisions');
const slices = rule('create delete get list update watch', 'discovery.k8s.io', 'endpointslices');

const rulesOf: Readonly<Record<string, readonly PolicyRule[]>> = {
  'clusterrole-aggregation-controller': [
    rule('escalate get list patch update watch', 'rbac.authorization.k8s.io', 'clusterroles'),
  ],
  'cronjob-controller': [
    rule('get list update watch', 'batch', 'cronjobs'),
    rule('create delete get list patch update watch', 'batch', 'jobs'),
    ...updates('batch', 'cronjobs'),
    rule('delete list watch', '', 'pods'),
    events,
  ],
  'daemon-set-controller': [
    rule(read, 'apps extensions', 'daemonsets'),
    ...updates('apps extensions', 'daemonsets'),
    rule('list watch', '', 'nodes'),
    rule(manages, '', 'pods'),
    rule('create', '', 'pods/binding'),
    revisions,
    events,
  ],
  'deployment-controller': [
    rule('get list update watch', 'apps extensions', 'deployments'),
    ...updates('apps extensions', 'deployments'),
    rule('create delete get list patch update watch', 'apps extensions', 'replicasets'),
    rule('get list update watch', '', 'pods'),
    events,
  ],
  'disruption-controller': [
    rule(read, 'apps extensions', 'deployments'),
    rule(read, 'apps extensions', 'replicasets'),
    rule(read, '', 'replicationcontrollers'),
    rule(read, 'policy', 'poddisruptionbudgets'),
    rule(read, 'apps', 'statefulsets'),
    rule('update', 'policy', 'poddisruptionbudgets/status'),
    rule('patch update', '', 'pods/status'),
    rule('get', '*', '*/scale'),
    events,
  ],
  'endpoint-controller': [
    rule(read, '', 'pods services'),
    rule('create delete get list update watch', '', 'endpoints'),
    rule('create', '', 'endpoints/restricted'),
    events,
  ],
  'endpointslice-controller': [
    rule(read, '', 'nodes pods services'),
    rule('update', '', 'services/finalizers'),
    slices,
    events,
  ],
  'endpointslicemirroring-controller': [
    rule(read, '', 'endpoints services'),
    rule('update', '', 'services/finalizers'),
    rule('update', '', 'endpoints/finalizers'),
    slices,
    events,
  ],
  'ephemeral-volume-controller': [
    rule(read, '', 'pods'),
    rule('update', '', 'pods/finalizers'),
    rule('create get list watch', '', 'persistentvolumeclaims'),
    events,
  ],
  'generic-garbage-collector': [rule('delete get list patch update watch', '*', '*'), events],
  'horizontal-pod-autoscaler': [
    rule(read, 'autoscaling', 'horizontalpodautoscalers'),
    rule('update', 'autoscaling', 'horizontalpodautoscalers/status'),
    rule('get update', '*', '*/scale'),
    rule('list watch', '', 'pods'),
    rule('list watch', 'metrics.k8s.io', 'pods'),
    rule(read, 'custom.metrics.k8s.io', '*'),
    rule(read, 'external.metrics.k8s.io', '*'),
    events,
  ],
  'job-controller': [
    rule('get list patch update watch', 'batch', 'jobs'),
    ...updates('batch', 'jobs'),
    rule(manages, '', 'pods'),
    events,
  ],
  'namespace-controller': [
    rule('delete get list watch', '', 'namespaces'),
    rule('update', '', 'namespaces/finalize namespaces/status'),
    rule('delete deletecollection get list watch', '*', '*'),
  ],
  'node-controller': [
    rule('delete get list patch update watch', '', 'nodes'),
    rule('patch update', '', 'nodes/status'),
    rule('patch update', '', 'pods/status'),
    rule('delete get list watch', '', 'pods'),
    events,
  ],
  'persistent-volume-binder': [
    rule('create delete get list update watch', '', 'persistentvolumes'),
    rule('update', '', 'persistentvolumes/status'),
    rule('get list update watch', '', 'persistentvolumeclaims'),
    rule('update', '', 'persistentvolumeclaims/status'),
    rule('create delete get list watch', '', 'pods'),
    rule(read, 'storage.k8s.io', 'storageclasses'),
    rule('list watch', '', 'nodes'),
    events,
    rule('watch', '', 'events'),
  ],
  'pod-garbage-collector': [
    rule('delete list watch', '', 'pods'),
    rule(read, '', 'nodes'),
    rule('patch', '', 'pods/status'),
  ],
  'pv-protection-controller': [rule('get list update watch', '', 'persistentvolumes'), events],
  'pvc-protection-controller': [
    rule('get list update watch', '', 'persistentvolumeclaims'),
    rule('update', '', 'persistentvolumeclaims/status'),
    rule(read, '', 'pods'),
    events,
  ],
  'replicaset-controller': [
    rule('get list update watch', 'apps extensions', 'replicasets'),
    ...updates('apps extensions', 'replicasets'),
    rule(manages, '', 'pods'),
    events,
  ],
  'replication-controller': [
    rule('get list update watch', '', 'replicationcontrollers'),
    ...updates('', 'replicationcontrollers'),
    rule(manages, '', 'pods'),
    events,
  ],
  'root-ca-cert-publisher': [rule('create update', '', 'configmaps'), events],
  'service-account-controller': [rule('create', '', 'serviceaccounts'), events],
  'statefulset-controller': [
    rule('list watch', '', 'pods'),
    rule(read, 'apps', 'statefulsets'),
    ...updates('apps', 'statefulsets'),
    rule('create delete get patch update', '', 'pods'),
    revisions,
    rule('create get list watch', '', 'persistentvolumeclaims'),
    rule('delete update', '', 'persistentvolumeclaims'),
    rule('update', '', 'pods/finalizers'),
    events,
  ],
  'ttl-after-finished-controller': [rule('delete get list watch', 'batch', 'jobs'), events],
};

export const controllers = Object.keys(rulesOf);

/** Every rule once. */
const sumOfAll = [
  ...new Map(
    Object.values(rulesOf)
      .flat()
      .map((one) => [JSON.stringify(one), one]),
  ).values(),
];

export const controllerRoles = [
  ...Object.entries(rulesOf).map(([name, rules]) => role(`system:controller:${name}`, ...rules)),
  role('system:kubelab:controllers', ...sumOfAll),
];
