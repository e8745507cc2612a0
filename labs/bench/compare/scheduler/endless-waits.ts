// Endless waits: operations are done one after the other, so one that waits for what only a later one brings waits for
// itself. Found before anything runs.
//   a barrier, or a deletion, for pods of a namespace in which only a later operation creates pods (or none)
//   pods that are waited for although there is no node yet, and a later operation would bring them
//   pods that are waited for although a scheduling gate keeps them
//   a measurement that begins twice, ends unbegun, or is not there at all

import type { CreatePodsStep, PodChoice } from './workload.ts';
import type { PlacedStep } from './workload-steps.ts';

/** @param line where an operation is. @param what the workload, for messages */
export function endlessWaits(
  steps: readonly PlacedStep[],
  line: (operation: number) => string,
  what: string,
): string[] {
  const problems: string[] = [];
  const say = (operation: number, text: string) => problems.push(`${line(operation)}: ${what}: ${text}`);
  let isMeasuring = false;
  for (const [at, { step, operation }] of steps.entries()) {
    const before = steps.slice(0, at);
    const after = steps.slice(at + 1);
    if (step.do === 'createPods' && step.waits && step.count > 0) {
      checkNodes(before, after, (text) => say(operation, `createPods ${text}`));
      if (isGated(step)) {
        say(
          operation,
          'createPods waits for pods that a scheduling gate keeps, and no operation takes it away: add skipWaitToCompletion: true',
        );
      }
    }
    if (step.do === 'barrier' || step.do === 'deletePods') {
      for (const namespace of step.choice.namespaces ?? []) {
        if (podsIn(before, namespace)) continue;
        const later = after.find((other) => podsIn([other], namespace));
        const why = later
          ? `which operation ${later.operation + 1} (${line(later.operation)}) creates, and that one waits for this one`
          : 'and no operation creates any there';
        say(operation, `${step.do} waits for pods of namespace ${namespace}, ${why}`);
      }
    }
    if (step.do === 'barrier' && !step.attempted) {
      const pods = podsOf(before, step.choice);
      if (pods.some(({ count }) => count > 0)) checkNodes(before, after, (text) => say(operation, `barrier ${text}`));
      if (pods.some((one) => one.count > 0 && isGated(one))) {
        say(operation, 'barrier waits for pods that a scheduling gate keeps, and no operation takes it away');
      }
    }
    if (step.do === 'startCollectingMetrics') {
      if (isMeasuring)
        say(
          operation,
          'startCollectingMetrics while it is measured already: end that with stopCollectingMetrics first',
        );
      isMeasuring = true;
    }
    if (step.do === 'stopCollectingMetrics') {
      if (!isMeasuring) say(operation, 'stopCollectingMetrics without a startCollectingMetrics before it');
      isMeasuring = false;
    }
  }
  const isMeasured = steps.some(
    ({ step }) => (step.do === 'createPods' && step.measured) || step.do === 'startCollectingMetrics',
  );
  if (!isMeasured) say(0, 'nothing is measured: give the createPods that counts collectMetrics: true');
  return problems;
}

function checkNodes(before: readonly PlacedStep[], after: readonly PlacedStep[], say: (text: string) => void): void {
  const isNodes = ({ step }: PlacedStep) =>
    (step.do === 'createNodes' && step.count > 0) ||
    (step.do === 'createAny' && step.template.kind === 'Node') ||
    step.do === 'churn';
  if (before.some(isNodes)) return;
  const later = after.find(isNodes);
  say(
    later
      ? `waits for its pods to be placed, but nodes come with operation ${later.operation + 1} only, and that one waits for this one`
      : 'waits for its pods to be placed, and no operation creates nodes',
  );
}

const podsOf = (steps: readonly PlacedStep[], { namespaces }: PodChoice): CreatePodsStep[] =>
  steps.flatMap(({ step }) =>
    step.do === 'createPods' && (namespaces?.includes(step.namespace) ?? true) ? [step] : [],
  );

const podsIn = (steps: readonly PlacedStep[], namespace: string): boolean =>
  podsOf(steps, { namespaces: [namespace] }).length > 0 ||
  steps.some(
    ({ step }) =>
      step.do === 'createAny' && step.template.kind === 'Pod' && (step.namespace ?? 'default') === namespace,
  );

const isGated = ({ template }: CreatePodsStep): boolean => (template.spec.schedulingGates?.length ?? 0) > 0;
