// kubectl describe priorityclass, poddisruptionbudget: who goes first, and who may not be taken away.

import { formatSelector, selectorOf } from '../../../core/model/labels.ts';
import type { PodDisruptionBudget } from '../../../core/model/pod-disruption-budget.ts';
import type { PriorityClass } from '../../../core/model/priority-class.ts';
import { annotationLines, eventLines, line } from './describe-text.ts';
import type { AnyObject } from './records.ts';
import type { Session } from './session.ts';

export async function describePriorityClass(session: Session, priorityClass: PriorityClass): Promise<string> {
  const { metadata, value, globalDefault = false, preemptionPolicy, description = '' } = priorityClass;
  return [
    line('Name', metadata.name),
    line('Value', value),
    line('GlobalDefault', globalDefault),
    line('PreemptionPolicy', preemptionPolicy),
    line('Description', description),
    annotationLines('Annotations', metadata.annotations),
    await eventLines(session, priorityClass as unknown as AnyObject),
  ].join('');
}

export async function describeDisruptionBudget(session: Session, budget: PodDisruptionBudget): Promise<string> {
  const { metadata, spec, status } = budget;
  const { minAvailable, maxUnavailable, selector } = spec ?? {};
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace),
    minAvailable === undefined ? '' : line('Min available', minAvailable),
    maxUnavailable === undefined ? '' : line('Max unavailable', maxUnavailable),
    line('Selector', selector ? formatSelector(selectorOf(selector)) || '<none>' : '<unset>'),
    'Status:\n',
    line('    Allowed disruptions', status?.disruptionsAllowed ?? 0),
    line('    Current', status?.currentHealthy ?? 0),
    line('    Desired', status?.desiredHealthy ?? 0),
    line('    Total', status?.expectedPods ?? 0),
    await eventLines(session, budget as unknown as AnyObject),
  ].join('');
}
