// Rules of PodDisruptionBudgets that look at several fields at once (Kubernetes, pkg/apis/policy/validation).

import { invalidValue, type Problem } from './causes.ts';
import type { PodDisruptionBudget } from './pod-disruption-budget.ts';
import { labelSelectorProblems } from './selector-rules.ts';

export function budgetProblems({ spec }: PodDisruptionBudget): readonly Problem[] {
  if (!spec) return [];
  const problems: Problem[] = [];
  if (isGiven(spec.minAvailable) && isGiven(spec.maxUnavailable)) {
    problems.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const amount = spec[field];
    if (typeof amount !== 'string' || Number.parseInt(amount, 10) <= 100) continue;
    problems.push(invalidValue(`spec.${field}`, amount, 'must not be greater than 100%'));
  }
  labelSelectorProblems(problems, 'spec.selector', spec.selector);
  return problems;
}

const isGiven = (amount: unknown): boolean => amount !== undefined && amount !== null;
