// Disruptions: which of the pods that would have to go are protected by a PodDisruptionBudget that is used up. Preemption
// tries to spare them, and evicts them nevertheless when there is no other way.
// Kubernetes: filterPodsWithPDBViolation in plugins/defaultpreemption.

import type { DisruptionBudget } from '../../contracts/scheduler.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import { matches, type Selector, selectorOf } from '../../model/labels.ts';
import type { Pod } from '../../model/pod.ts';

/** Each pod under one of two heads. Those first in the list use the budgets first. */
export function splitByBudget(
  pods: readonly Pod[],
  budgets: readonly DisruptionBudget[],
): { readonly violating: readonly Pod[]; readonly free: readonly Pod[] } {
  if (budgets.length === 0) return { violating: [], free: pods };
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating: Pod[] = [];
  const free: Pod[] = [];
  for (const pod of pods) {
    let violates = false;
    budgets.forEach((budget, at) => {
      if (!protects(budget, pod) || budget.status?.disruptedPods?.[pod.metadata.name]) return;
      left[at]! -= 1;
      if (left[at]! < 0) violates = true;
    });
    (violates ? violating : free).push(pod);
  }
  return { violating, free };
}

/** An empty selector, or a pod without labels, is protected by nothing here. */
function protects({ metadata, spec }: DisruptionBudget, pod: Pod): boolean {
  const { labels, namespace } = pod.metadata;
  if (metadata.namespace !== namespace || !labels || Object.keys(labels).length === 0) return false;
  if (!spec?.selector) return false;
  const selector = readSelector(spec.selector);
  return selector.requirements.length > 0 && matches(selector, labels);
}

/** Each is read once: it is asked about thousands of pods. */
const known = new WeakMap<LabelSelector, Selector>();

function readSelector(selector: LabelSelector): Selector {
  let read = known.get(selector);
  if (!read) {
    read = selectorOf(selector);
    known.set(selector, read);
  }
  return read;
}
