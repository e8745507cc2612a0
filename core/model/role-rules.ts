// Rules of roles and their bindings, in Kubernetes' words (pkg/apis/rbac/validation).

import { invalidValue, notSupported, type Problem, required, under } from './causes.ts';
import { equal } from './equal.ts';
import { dns1123Subdomain } from './label-rules.ts';
import type { LabelSelector } from './label-selector.ts';
import { type PolicyRule, type RoleRef, rbacGroup, type Subject } from './policy-rule.ts';

interface HasRules {
  readonly rules?: readonly PolicyRule[];
}

interface Binding {
  readonly subjects?: readonly Subject[];
  readonly roleRef?: Partial<RoleRef>;
}

/** Names of roles and bindings are freer than others: `system:node`. */
export function pathSegmentProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  if (name.includes('/')) return "may not contain '/'";
  return name.includes('%') ? "may not contain '%'" : undefined;
}

export const roleProblems = ({ rules }: HasRules): readonly Problem[] =>
  (rules ?? []).flatMap((rule, i) => under(`rules[${i}]`, ruleProblems(rule, true)));

export function clusterRoleProblems(
  role: HasRules & { readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] } },
): readonly Problem[] {
  const problems = (role.rules ?? []).flatMap((rule, i) => under(`rules[${i}]`, ruleProblems(rule, false)));
  const { aggregationRule } = role;
  if (!aggregationRule || (aggregationRule.clusterRoleSelectors ?? []).length > 0) return problems;
  const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  return [...problems, required('aggregationRule.clusterRoleSelectors', why)];
}

function ruleProblems(rule: PolicyRule, namespaced: boolean): readonly Problem[] {
  const [verbs, apiGroups, resources] = [rule.verbs ?? [], rule.apiGroups ?? [], rule.resources ?? []];
  const [resourceNames, nonResourceURLs] = [rule.resourceNames ?? [], rule.nonResourceURLs ?? []];
  const problems: Problem[] = [];
  if (verbs.length === 0) problems.push(required('verbs', 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const refuse = (why: string) => problems.push(invalidValue('nonResourceURLs', nonResourceURLs, why));
    if (namespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    return problems;
  }
  if (apiGroups.length === 0) problems.push(required('apiGroups', 'resource rules must supply at least one api group'));
  if (resources.length === 0) problems.push(required('resources', 'resource rules must supply at least one resource'));
  return problems;
}

export const roleBindingProblems = (binding: Binding): readonly Problem[] =>
  bindingProblems(binding, ['Role', 'ClusterRole'], true);

export const clusterRoleBindingProblems = (binding: Binding): readonly Problem[] =>
  bindingProblems(binding, ['ClusterRole'], false);

function bindingProblems(binding: Binding, kinds: readonly string[], namespaced: boolean): readonly Problem[] {
  const { apiGroup, kind, name } = partsOf(binding.roleRef);
  const problems: Problem[] = [];
  if ((apiGroup || rbacGroup) !== rbacGroup) problems.push(notSupported('roleRef.apiGroup', apiGroup, [rbacGroup]));
  if (!kinds.includes(kind)) problems.push(notSupported('roleRef.kind', kind, kinds));
  const wrong = pathSegmentProblem(name);
  if (name === '') problems.push(required('roleRef.name'));
  else if (wrong !== undefined) problems.push(invalidValue('roleRef.name', name, wrong));
  return [
    ...problems,
    ...(binding.subjects ?? []).flatMap((one, i) => under(`subjects[${i}]`, subjectProblems(one, namespaced))),
  ];
}

function subjectProblems(subject: Subject, namespaced: boolean): readonly Problem[] {
  const { kind, apiGroup, name, namespace } = partsOf(subject);
  const problems: Problem[] = name === '' ? [required('name')] : [];
  const inGroup = (group: string) => {
    if (apiGroup !== group) problems.push(notSupported('apiGroup', apiGroup, [group]));
  };
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') for (const wrong of dns1123Subdomain(name)) problems.push(invalidValue('name', name, wrong));
      inGroup('');
      if (!namespaced && namespace === '') problems.push(required('namespace'));
      break;
    case 'User':
    case 'Group':
      inGroup(rbacGroup);
      break;
    default:
      problems.push(notSupported('kind', kind, ['ServiceAccount', 'User', 'Group']));
  }
  return problems;
}

/** Another role is another binding: who may write bindings must not turn one into something else unseen. */
export function bindingUpdateProblems(next: Binding, previous: Binding): readonly Problem[] {
  if (equal(next.roleRef, previous.roleRef)) return [];
  const { apiGroup, kind, name } = partsOf(next.roleRef);
  const asGo = `rbac.RoleRef{APIGroup:${JSON.stringify(apiGroup)}, Kind:${JSON.stringify(kind)}, Name:${JSON.stringify(name)}}`;
  return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${asGo}: cannot change roleRef`, field: 'roleRef' }];
}

/** What was not said is '', as in Go. */
const partsOf = (of: Partial<Subject> | undefined) => ({
  apiGroup: of?.apiGroup ?? '',
  kind: of?.kind ?? '',
  name: of?.name ?? '',
  namespace: of?.namespace ?? '',
});
