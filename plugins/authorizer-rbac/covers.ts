// Do these rules give all that those give? Asked before somebody gives a role away: nobody gives what they have not got.
// The rules in question are broken into the smallest ones (a verb on a resource of a group, or of one name); each must be
// covered whole by one rule that is held. What is not covered is put together again, for the message.
// In real Kubernetes: k8s.io/component-helpers/auth/rbac/validation, pkg/registry/rbac/validation.

import { coversPath } from '../../core/authorization/rule-matching.ts';
import type { PolicyRule } from '../../core/model/policy-rule.ts';

/** What of the wanted rules the held ones do not give; nothing: they cover them. */
export const notCovered = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(broken).filter((small) => !held.some((rule) => covers(rule, small)));

/** The rule as the smallest rules that say the same together. */
function broken({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule[] {
  const names = resourceNames && resourceNames.length > 0 ? resourceNames : [undefined];
  const small: PolicyRule[] = [];
  for (const group of apiGroups ?? [])
    for (const resource of resources ?? [])
      for (const verb of verbs)
        for (const name of names) {
          const named = name !== undefined && { resourceNames: [name] };
          small.push({ verbs: [verb], apiGroups: [group], resources: [resource], ...named });
        }
  for (const url of nonResourceURLs ?? [])
    for (const verb of verbs) small.push({ verbs: [verb], nonResourceURLs: [url] });
  return small;
}

/** @param small of one verb, and of one resource or path */
function covers(held: PolicyRule, small: PolicyRule): boolean {
  const within = (list: readonly string[] | undefined, ones: readonly string[] | undefined) =>
    list?.includes('*') === true || (ones ?? []).every((one) => list?.includes(one) === true);
  if (!within(held.verbs, small.verbs)) return false;
  const [url] = small.nonResourceURLs ?? [];
  if (url !== undefined) return (held.nonResourceURLs ?? []).some((known) => known === url || coversPath(known, url));
  if (!within(held.apiGroups, small.apiGroups)) return false;
  const [resource = ''] = small.resources ?? [];
  const slash = resource.indexOf('/');
  const ofAny = slash < 0 ? undefined : `*${resource.slice(slash)}`;
  if (!(held.resources ?? []).some((one) => one === '*' || one === resource || one === ofAny)) return false;
  const { resourceNames: names } = held;
  const [name] = small.resourceNames ?? [];
  return !names || names.length === 0 || (name !== undefined && names.includes(name));
}

/** Rules about one resource of one group (and one name) put together, as kubectl and Kubernetes' messages show them. */
export function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } = rule;
    if (apiGroups.length !== 1 || resources.length !== 1 || resourceNames.length > 1 || nonResourceURLs.length > 0) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([apiGroups, resources, resourceNames]);
    const known = simple.get(key);
    simple.set(key, known ? { ...known, verbs: [...known.verbs, ...verbs] } : rule);
  }
  return [...others, ...simple.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ] as const;
  const said = parts.flatMap(([what, list]) => (list && list.length > 0 ? `${what}:${goList(list)}` : []));
  return `{${said.join(', ')}}`;
}

/** Texts as Go's %q prints a list of them. */
export const goList = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
