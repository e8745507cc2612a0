// The rules of a ClusterRole that is the sum of others: those of every role with labels that it selects, by name, each rule
// once.

import { equal } from '../model/equal.ts';
import { matches, selectorOf } from '../model/labels.ts';
import type { Draft } from '../model/meta.ts';
import type { PolicyRule } from '../model/policy-rule.ts';
import type { ClusterRole } from '../model/role.ts';

export function aggregated(
  { metadata: { name: own }, aggregationRule }: Draft<ClusterRole>,
  roles: readonly Draft<ClusterRole>[],
): PolicyRule[] {
  const sorted = [...roles].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const labels of aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorOf(labels);
    for (const { metadata, rules: more } of sorted) {
      if (metadata.name === own || !matches(selector, metadata.labels)) continue;
      for (const rule of more ?? []) if (!rules.some((known) => equal(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
