// Role and ClusterRole: a named list of what may be done. A Role counts in its namespace; a ClusterRole everywhere, or in
// one namespace if a RoleBinding gives it there. Whom it is given to, a binding says (role-binding.ts).

import { column, nameColumn } from './columns.ts';
import { KubeObjectBase } from './object.ts';
import { AggregationRule, PolicyRule, rbacGroup } from './policy-rule.ts';
import { type Column, type Resource, resource } from './resource.ts';
import { clusterRoleProblems, pathSegmentProblem, roleProblems } from './role-rules.ts';
import { Nested, NestedList } from './rules.ts';

export class Role extends KubeObjectBase {
  @NestedList(() => PolicyRule) readonly rules?: readonly PolicyRule[];
}

export class ClusterRole extends KubeObjectBase {
  @NestedList(() => PolicyRule) readonly rules?: readonly PolicyRule[];
  /** Then a controller writes the rules, and what is written there by hand is overwritten. */
  @Nested(() => AggregationRule) readonly aggregationRule?: AggregationRule;
}

/** Roles alone show when they were made, not how long ago. */
const columns: readonly Column<Role>[] = [
  nameColumn(),
  { ...column('Created At', ({ metadata }) => metadata.creationTimestamp, 'When the role was created.'), type: 'date' },
];

export const Roles: Resource<Role> = resource<Role>({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  type: Role,
  columns,
  validateName: pathSegmentProblem,
  validate: roleProblems,
});

export const ClusterRoles: Resource<ClusterRole> = resource<ClusterRole>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  type: ClusterRole,
  columns,
  validateName: pathSegmentProblem,
  validate: clusterRoleProblems,
});
