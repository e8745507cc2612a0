// How the default roles and bindings are written down. Rules are core/authorization/rule-notation.ts.
//   role('system:kube-dns', rule('list watch', '', 'endpoints services'))

import { rule } from '../../../core/authorization/rule-notation.ts';
import type { Draft, StringMap } from '../../../core/model/meta.ts';
import { type PolicyRule, type RoleRef, rbacGroup, type Subject } from '../../../core/model/policy-rule.ts';
import type { ClusterRole, Role } from '../../../core/model/role.ts';
import type { ClusterRoleBinding, RoleBinding } from '../../../core/model/role-binding.ts';

/** To tell what happened: everybody's. */
export const events = rule('create patch update', 'core events.k8s.io', 'events');

/** Says that this is one of Kubernetes' own, kept complete at each start unless somebody writes `false`. */
const metadata = (name: string, labels: StringMap = {}) => ({
  name,
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
});

const aggregateTo = (role: string): string => `${rbacGroup}/aggregate-to-${role}`;

export const role = (name: string, ...rules: PolicyRule[]): Draft<ClusterRole> => ({ metadata: metadata(name), rules });

/** A role whose rules are added to another one's. */
export const partOf = (whole: string, name: string, ...rules: PolicyRule[]): Draft<ClusterRole> => ({
  metadata: metadata(name, { [aggregateTo(whole)]: 'true' }),
  rules,
});

/** A role that is the sum of others; @param whole itself a part of that one */
export const sum = (name: string, whole?: string): Draft<ClusterRole> => ({
  metadata: metadata(name, whole === undefined ? {} : { [aggregateTo(whole)]: 'true' }),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregateTo(name)]: 'true' } }] },
  rules: [],
});

export const user = (name: string): Subject => ({ apiGroup: rbacGroup, kind: 'User', name });
export const group = (name: string): Subject => ({ apiGroup: rbacGroup, kind: 'Group', name });
export const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' });

const roleRef = (kind: string, name: string): RoleRef => ({ apiGroup: rbacGroup, kind, name });

/** Gives the ClusterRole of the same name. */
export const binding = (name: string, ...subjects: Subject[]): Draft<ClusterRoleBinding> => ({
  metadata: metadata(name),
  roleRef: roleRef('ClusterRole', name),
  ...(subjects.length > 0 && { subjects }),
});

/** Of the namespace kube-system. */
export const systemRole = (name: string, ...rules: PolicyRule[]): Draft<Role> => ({
  metadata: { ...metadata(name), namespace: 'kube-system' },
  rules,
});

export const systemBinding = (name: string, of: string, ...subjects: Subject[]): Draft<RoleBinding> => ({
  metadata: { ...metadata(name), namespace: 'kube-system' },
  roleRef: roleRef('Role', of),
  subjects,
});
