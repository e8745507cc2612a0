// Rules of PriorityClasses (Kubernetes, pkg/apis/scheduling/validation), and the two classes that every cluster has. Names
// that begin with `system-`, and numbers above a billion, are theirs alone.

import { invalidValue, notAllowed, type Problem } from './causes.ts';
import type { PriorityClass } from './priority-class.ts';

/** What a user may give at most. */
const highestUserDefinable = 1_000_000_000;

const systemPrefix = 'system-';

/** In the order in which Kubernetes makes them. */
export const systemPriorityClasses = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
] as const;

export function priorityClassProblems({ metadata, value, globalDefault = false }: PriorityClass): readonly Problem[] {
  const { name } = metadata;
  if (typeof name === 'string' && name.startsWith(systemPrefix)) {
    const wrong = systemProblem(name, value, globalDefault);
    const reserved = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${wrong}`;
    return wrong === undefined ? [] : [notAllowed('metadata.name', reserved)];
  }
  if (value <= highestUserDefinable) return [];
  return [notAllowed('value', `maximum allowed value of a user defined priority is ${highestUserDefinable}`)];
}

/** Value and policy are copied into pods, so they are decided once. */
export function priorityClassUpdateProblems(next: PriorityClass, previous: PriorityClass): readonly Problem[] {
  const problems: Problem[] = [];
  if (next.value !== previous.value) problems.push(notAllowed('value', 'may not be changed in an update.'));
  if (next.preemptionPolicy !== previous.preemptionPolicy) {
    problems.push(invalidValue('preemptionPolicy', next.preemptionPolicy, 'field is immutable'));
  }
  return problems;
}

function systemProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const known = systemPriorityClasses.find(({ metadata }) => metadata.name === name);
  if (!known) return `${name} is not a known system priority class`;
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
