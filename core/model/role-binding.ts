// RoleBinding and ClusterRoleBinding: who is given which role. A RoleBinding gives it in its namespace, even if the role is
// a ClusterRole; a ClusterRoleBinding gives a ClusterRole everywhere.

import { ageColumn, column, nameColumn, wide } from './columns.ts';
import { each, ifObject, within } from './defaults.ts';
import { KubeObjectBase } from './object.ts';
import { RoleRef, rbacGroup, Subject } from './policy-rule.ts';
import { type Column, type Resource, resource } from './resource.ts';
import {
  bindingUpdateProblems,
  clusterRoleBindingProblems,
  pathSegmentProblem,
  roleBindingProblems,
} from './role-rules.ts';
import { Nested, NestedList } from './rules.ts';

export class RoleBinding extends KubeObjectBase {
  @NestedList(() => Subject) readonly subjects?: readonly Subject[];
  @Nested(() => RoleRef) readonly roleRef!: RoleRef;
}

export class ClusterRoleBinding extends RoleBinding {}

const withGroup = <T extends { readonly apiGroup?: string }>(one: T): T =>
  one.apiGroup ? one : { ...one, apiGroup: rbacGroup };

/** The API groups that were not said: of the role, of users and of groups. */
const withGroups = <T extends RoleBinding>(binding: T): T => {
  const subjects = each<Subject>((one) => (one.kind === 'User' || one.kind === 'Group' ? withGroup(one) : one));
  return within(within(binding, 'subjects', subjects as never), 'roleRef', ifObject(withGroup) as never);
};

const names = (kind: string) => (binding: RoleBinding) =>
  (binding.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace = '' }) => (kind === 'ServiceAccount' ? `${namespace}/${name}` : name))
    .join(', ');

const columns: readonly Column<RoleBinding>[] = [
  nameColumn(),
  column('Role', ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}`, 'The role that is given.'),
  ageColumn(),
  wide(column('Users', names('User'), 'Users who have the role.')),
  wide(column('Groups', names('Group'), 'Groups that have the role.')),
  wide(column('ServiceAccounts', names('ServiceAccount'), 'Service accounts that have the role.')),
];

export const RoleBindings: Resource<RoleBinding> = resource<RoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  type: RoleBinding,
  columns,
  default: withGroups,
  validateName: pathSegmentProblem,
  validate: roleBindingProblems,
  validateUpdate: bindingUpdateProblems,
});

export const ClusterRoleBindings: Resource<ClusterRoleBinding> = resource<ClusterRoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  type: ClusterRoleBinding,
  columns,
  default: withGroups,
  validateName: pathSegmentProblem,
  validate: clusterRoleBindingProblems,
  validateUpdate: bindingUpdateProblems,
});
