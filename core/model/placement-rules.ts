// Rules about where a pod may go: tolerations, affinity, spreading (Kubernetes, pkg/apis/core/validation).

import type { Affinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm } from './affinity.ts';
import { duplicate, invalidValue, notAllowed, type Problem, required } from './causes.ts';
import { labelSelectorProblems } from './selector-rules.ts';
import type { Toleration } from './toleration.ts';
import type { TopologySpreadConstraint } from './topology-spread-constraint.ts';

export function tolerationProblems(problems: Problem[], at: string, tolerations: readonly Toleration[]): void {
  tolerations.forEach(({ key, operator, value, effect, tolerationSeconds }, i) => {
    if (!key && operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      problems.push(invalidValue(`${at}[${i}].operator`, operator ?? '', detail));
    }
    if (tolerationSeconds !== undefined && tolerationSeconds !== null && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      problems.push(invalidValue(`${at}[${i}].effect`, effect ?? '', detail));
    }
    if (operator === 'Exists' && value) {
      problems.push(invalidValue(`${at}[${i}].operator`, value, "value must be empty when `operator` is 'Exists'"));
    }
  });
}

export function spreadProblems(
  problems: Problem[],
  at: string,
  constraints: readonly TopologySpreadConstraint[],
): void {
  const seen = new Set<string>();
  constraints.forEach(({ topologyKey, whenUnsatisfiable, minDomains, labelSelector }, i) => {
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) problems.push(duplicate(`${at}[${i}].{topologyKey, whenUnsatisfiable}`, pair));
    seen.add(pair);
    if (minDomains && whenUnsatisfiable === 'ScheduleAnyway') {
      const detail = 'can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway';
      problems.push(invalidValue(`${at}[${i}].minDomains`, minDomains, detail));
    }
    labelSelectorProblems(problems, `${at}[${i}].labelSelector`, labelSelector);
  });
}

export function affinityProblems(problems: Problem[], at: string, affinity: Affinity): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  const must = 'requiredDuringSchedulingIgnoredDuringExecution';
  const should = 'preferredDuringSchedulingIgnoredDuringExecution';
  nodeAffinity?.[must]?.nodeSelectorTerms?.forEach((term, i) => {
    nodeSelectorTermProblems(problems, `${at}.nodeAffinity.${must}.nodeSelectorTerms[${i}]`, term);
  });
  nodeAffinity?.[should]?.forEach(({ preference }, i) => {
    if (preference) nodeSelectorTermProblems(problems, `${at}.nodeAffinity.${should}[${i}].preference`, preference);
  });
  for (const [name, of] of [
    ['podAffinity', podAffinity],
    ['podAntiAffinity', podAntiAffinity],
  ] as const) {
    of?.[must]?.forEach((term, i) => {
      podTermProblems(problems, `${at}.${name}.${must}[${i}]`, term);
    });
    of?.[should]?.forEach(({ podAffinityTerm }, i) => {
      if (podAffinityTerm) podTermProblems(problems, `${at}.${name}.${should}[${i}].podAffinityTerm`, podAffinityTerm);
    });
  }
}

function podTermProblems(problems: Problem[], at: string, term: PodAffinityTerm): void {
  labelSelectorProblems(problems, `${at}.labelSelector`, term.labelSelector);
  labelSelectorProblems(problems, `${at}.namespaceSelector`, term.namespaceSelector);
}

/** What is wrong with a term that chooses nodes, at that path. */
export function nodeSelectorTermProblems(problems: Problem[], at: string, term: NodeSelectorTerm): void {
  term.matchExpressions?.forEach((one, i) => {
    requirementProblems(problems, `${at}.matchExpressions[${i}]`, one);
  });
  term.matchFields?.forEach((one, i) => {
    const field = `${at}.matchFields[${i}]`;
    if (one.operator !== 'In' && one.operator !== 'NotIn') {
      problems.push(invalidValue(`${field}.operator`, one.operator, 'not a valid selector operator'));
    }
    if (one.values?.length !== 1) {
      problems.push(
        required(
          `${field}.values`,
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        ),
      );
    }
    if (one.key !== 'metadata.name')
      problems.push(invalidValue(`${field}.key`, one.key, 'not a valid field selector key'));
  });
}

function requirementProblems(problems: Problem[], at: string, { operator, values }: NodeSelectorRequirement): void {
  const count = values?.length ?? 0;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count === 0) {
        problems.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0) {
        const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        problems.push(notAllowed(`${at}.values`, detail));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (count !== 1) {
        problems.push(required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
  }
}
