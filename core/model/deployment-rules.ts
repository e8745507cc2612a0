// Rules of Deployments that look at several fields at once (Kubernetes, pkg/apis/apps/validation).

import { invalidValue, notAllowed, type Problem } from './causes.ts';
import type { Deployment, RollingUpdateDeployment } from './deployment.ts';
import { workloadProblems } from './selector-rules.ts';

export function deploymentProblems({ spec }: Deployment): readonly Problem[] {
  if (!spec) return [];
  const problems = workloadProblems('deployment', spec);
  const { strategy, progressDeadlineSeconds, minReadySeconds = 0 } = spec;
  const at = 'spec.strategy.rollingUpdate';
  if (strategy?.rollingUpdate) {
    if (strategy.type === 'Recreate') {
      problems.push(notAllowed(at, "may not be specified when strategy `type` is 'Recreate'"));
    } else rollingProblems(problems, at, strategy.rollingUpdate);
  }
  if (typeof progressDeadlineSeconds === 'number' && progressDeadlineSeconds <= (minReadySeconds ?? 0)) {
    const detail = 'must be greater than minReadySeconds';
    problems.push(invalidValue('spec.progressDeadlineSeconds', progressDeadlineSeconds, detail));
  }
  return problems;
}

function rollingProblems(problems: Problem[], at: string, { maxUnavailable, maxSurge }: RollingUpdateDeployment): void {
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    problems.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  }
  if (typeof maxUnavailable === 'string' && amount(maxUnavailable) > 100) {
    problems.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'));
  }
}

/** `25%` is 25. */
const amount = (of: number | string | undefined | null): number =>
  of === undefined || of === null ? 0 : Number.parseInt(String(of), 10);
