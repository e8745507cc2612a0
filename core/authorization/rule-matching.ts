// Does a rule of a role allow what somebody wants? Every part of the rule must: the verb, the API group, the resource, the
// name. `*` stands for anything. Resources are written with what is beneath them:
//   pods        the pods, and nothing beneath          pods/log   the logs alone
//   */scale     the scale of anything                  *          everything, and everything beneath
// In real Kubernetes: pkg/apis/rbac/v1/evaluation_helpers.go.

import type { Attributes } from '../contracts/api-server.ts';
import type { PolicyRule } from '../model/policy-rule.ts';

export function allows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  const { resource, subresource, name = '', group = '', path = '' } = attributes;
  if (resource === undefined) return (rule.nonResourceURLs ?? []).some((url) => coversPath(url, path));
  return (
    hasOrAll(rule.apiGroups, group) &&
    coversResource(rule.resources, resource, subresource) &&
    (!rule.resourceNames || rule.resourceNames.length === 0 || rule.resourceNames.includes(name))
  );
}

function coversResource(resources: readonly string[] | undefined, resource: string, beneath: string | undefined) {
  if (!resources) return false;
  if (resources.includes('*')) return true;
  if (beneath === undefined) return resources.includes(resource);
  return resources.includes(`${resource}/${beneath}`) || resources.includes(`*/${beneath}`);
}

/** `/healthz/*` covers `/healthz/etcd`; a star anywhere else is a star. */
export const coversPath = (url: string, path: string): boolean =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));

const hasOrAll = (list: readonly string[] | undefined, one: string): boolean =>
  list?.includes(one) === true || list?.includes('*') === true;
