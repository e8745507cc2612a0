// What every kubelet may do: the rules of the ClusterRole system:node. The Node authorizer asks the same ones, and looks
// more closely at what is about single Secrets, ConfigMaps and claims.
// In real Kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, NodeRules.

import type { PolicyRule } from '../model/policy-rule.ts';
import { read, rule } from './rule-notation.ts';

export const nodeRules: readonly PolicyRule[] = [
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews subjectaccessreviews'),
  rule(read, '', 'services'),
  rule('create get list watch', '', 'nodes'),
  rule('patch update', '', 'nodes/status'),
  rule('patch update', '', 'nodes'),
  rule('create patch update', '', 'events'),
  rule(read, '', 'pods'),
  rule('create delete', '', 'pods'),
  rule('patch update', '', 'pods/status'),
  rule('create', '', 'pods/eviction'),
  rule(read, '', 'configmaps secrets'),
  rule('get', '', 'persistentvolumeclaims persistentvolumes'),
  rule('get', '', 'endpoints'),
  rule('create get list watch', 'certificates.k8s.io', 'certificatesigningrequests'),
  rule('create delete get patch update', 'coordination.k8s.io', 'leases'),
  rule('get', 'storage.k8s.io', 'volumeattachments'),
  rule('create', '', 'serviceaccounts/token'),
  rule('get patch update', '', 'persistentvolumeclaims/status'),
  rule(read, 'storage.k8s.io', 'csidrivers'),
  rule('create delete get patch update', 'storage.k8s.io', 'csinodes'),
  rule(read, 'node.k8s.io', 'runtimeclasses'),
];
