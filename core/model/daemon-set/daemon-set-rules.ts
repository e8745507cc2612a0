// Defaults and rules of DaemonSets (Kubernetes, pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation).

import { invalidValue, type Problem, required } from '../causes.ts';
import { fill, ifObject, within } from '../defaults.ts';
import { equal } from '../equal.ts';
import { defaultTemplate } from '../pod-defaults.ts';
import { selectorUpdateProblems, workloadProblems } from '../selector-rules.ts';
import type { DaemonSet, DaemonSetSpec, RollingUpdateDaemonSet } from './daemon-set.ts';

/** Counts the templates that a DaemonSet has had. Older than ControllerRevisions, and still written. */
const generationAnnotation = 'deprecated.daemonset.template.generation';

export const defaultDaemonSet = (given: DaemonSet): DaemonSet => within(given, 'spec', ifObject(defaultSpec));

function defaultSpec(given: DaemonSetSpec): DaemonSetSpec {
  const spec = within(
    fill(given, { updateStrategy: {}, revisionHistoryLimit: 10 }),
    'updateStrategy',
    ifObject((strategy) => {
      const next = fill(strategy, { type: 'RollingUpdate' });
      if (next.type !== 'RollingUpdate') return next;
      return within(
        fill(next, { rollingUpdate: {} }),
        'rollingUpdate',
        ifObject((rolling) => fill(rolling, { maxUnavailable: 1, maxSurge: 0 })),
      );
    }),
  );
  return within(spec, 'template', defaultTemplate);
}

const withGeneration = (set: DaemonSet, generation: number): DaemonSet => ({
  ...set,
  metadata: {
    ...set.metadata,
    annotations: { ...set.metadata.annotations, [generationAnnotation]: String(generation) },
  },
});

export const bearDaemonSet = (set: DaemonSet): DaemonSet => ({
  ...withGeneration(set, 1),
  status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
});

/** Another template is another generation of it. */
export function nextDaemonSet(next: DaemonSet, previous: DaemonSet): DaemonSet {
  const before = Number(previous.metadata.annotations?.[generationAnnotation] ?? 1);
  return withGeneration(next, equal(next.spec?.template, previous.spec.template) ? before : before + 1);
}

export const daemonSetProblems = {
  validate({ spec }: DaemonSet): readonly Problem[] {
    if (!spec) return [];
    const problems = workloadProblems('daemonset', spec);
    const { type, rollingUpdate } = spec.updateStrategy ?? {};
    const at = 'spec.updateStrategy.rollingUpdate';
    if (type === 'RollingUpdate') {
      if (rollingUpdate) problems.push(...rollingProblems(at, rollingUpdate));
      else problems.push(required(at));
    }
    return problems;
  },
  validateUpdate: selectorUpdateProblems,
};

function rollingProblems(at: string, { maxUnavailable, maxSurge }: RollingUpdateDaemonSet): readonly Problem[] {
  const isSomething = (amount: number | string | undefined) => Number.parseInt(String(amount ?? 0), 10) !== 0;
  if (isSomething(maxUnavailable) && isSomething(maxSurge))
    return [invalidValue(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')];
  if (!isSomething(maxUnavailable) && !isSomething(maxSurge))
    return [required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')];
  return [];
}
