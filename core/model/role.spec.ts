// What roles and bindings refuse, in which words, and what is filled in for them.

import { expect } from 'chai';
import type { KubeObject } from './meta.ts';
import type { Resource } from './resource.ts';
import { ClusterRoles, Roles } from './role.ts';
import { ClusterRoleBindings, RoleBindings } from './role-binding.ts';
import { change, samples } from './samples.fixture.ts';
import { objectProblems, validateObject } from './validation.ts';

const of = (resource: unknown) => resource as Resource;
const lines = (resource: unknown, path: string, value: unknown): string[] => {
  const sample = samples[of(resource).plural] as KubeObject;
  return validateObject(of(resource), change(sample, path, value)).map(({ field, message }) => `${field}: ${message}`);
};

describe('roles and bindings', () => {
  it('may be called what other objects may not', () => {
    expect(lines(ClusterRoles, 'metadata.name', 'system:node')).to.deep.equal([]);
    expect(lines(RoleBindings, 'metadata.name', 'a/b')).to.deep.equal([
      `metadata.name: Invalid value: "a/b": may not contain '/'`,
    ]);
  });

  it('have rules about resources or about paths', () => {
    expect(lines(Roles, 'rules', [{}])).to.deep.equal([
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ]);
    expect(lines(Roles, 'rules', [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }])).to.deep.equal([
      'rules[0].nonResourceURLs: Invalid value: []string{"/healthz"}: namespaced rules cannot apply to non-resource URLs',
    ]);
    const both = { verbs: ['get'], nonResourceURLs: ['/healthz'], apiGroups: [''], resources: ['pods'] };
    expect(lines(ClusterRoles, 'rules', [both])).to.deep.equal([
      'rules[0].nonResourceURLs: Invalid value: []string{"/healthz"}: rules cannot apply to both regular resources and non-resource URLs',
    ]);
    expect(lines(ClusterRoles, 'aggregationRule', {})).to.deep.equal([
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ]);
  });

  it('give a role that there can be to somebody there can be', () => {
    expect(lines(RoleBindings, 'roleRef', {})).to.deep.equal([
      'roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"',
      'roleRef.name: Required value',
    ]);
    expect(lines(ClusterRoleBindings, 'roleRef.kind', 'Role')).to.deep.equal([
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ]);
    expect(lines(ClusterRoleBindings, 'subjects', [{ kind: 'ServiceAccount', name: 'web' }])).to.deep.equal([
      'subjects[0].namespace: Required value',
    ]);
    expect(lines(RoleBindings, 'subjects', [{ kind: 'Team', name: 'a' }])).to.deep.equal([
      'subjects[0].kind: Unsupported value: "Team": supported values: "ServiceAccount", "User", "Group"',
    ]);
  });

  it('say which group users, groups and roles are of', () => {
    const given = { roleRef: { kind: 'Role', name: 'a' }, subjects: [{ kind: 'User', name: 'ann' }] };
    const rbac = 'rbac.authorization.k8s.io';
    expect(RoleBindings.default?.(given as never)).to.deep.equal({
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'a' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'ann' }],
    });
  });

  it('cannot become a binding of another role', () => {
    const previous = samples.rolebindings as KubeObject;
    const next = change(previous, 'roleRef.name', 'admin');
    expect(
      objectProblems(of(RoleBindings), next, previous).map(({ field, message }) => `${field}: ${message}`),
    ).to.deep.equal([
      'roleRef: Invalid value: rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"Role", Name:"admin"}: cannot change roleRef',
    ]);
  });
});
