// Failure policy: what the failure of a pod means to its Job (`spec.podFailurePolicy`). The first rule that the pod matches
// decides: FailJob, FailIndex, Ignore (it does not count), Count (as if there were no policy).
// In Kubernetes: pkg/controller/job/pod_failure_policy.go.

import { findCondition } from '../../core/model/conditions.ts';
import type { ContainerStatus } from '../../core/model/container-status.ts';
import type { Job, PodFailurePolicyOnExitCodesRequirement } from '../../core/model/job/job.ts';
import type { Pod } from '../../core/model/pod.ts';

export interface Meaning {
  readonly action: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore';
  /** Why, of FailJob. */
  readonly message: string;
}

const counts: Meaning = { action: 'Count', message: '' };

/** @param pod one that has failed; of one that is only on its way out nothing is known yet */
export function meaningOf({ spec }: Job, pod: Pod): Meaning {
  if (pod.status?.phase !== 'Failed') return counts;
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const action = rule.action as Meaning['action'];
    const of = `matching ${action} rule at index ${index}`;
    const exit = rule.onExitCodes && exitThat(rule.onExitCodes, pod);
    if (exit)
      return {
        action,
        message: `Container ${exit.name} for pod ${name} failed with exit code ${exit.state?.terminated?.exitCode} ${of}`,
      };
    const condition = rule.onPodConditions?.find(
      ({ type, status = 'True' }) => findCondition(pod.status?.conditions, type)?.status === status,
    );
    if (condition) return { action, message: `Pod ${name} has condition ${condition.type} ${of}` };
  }
  return counts;
}

/** The first container whose end is as asked for; one that succeeded is none. */
function exitThat(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { status }: Pod,
): ContainerStatus | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return all.find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName && containerName !== name)) return false;
    return values.includes(code) === (operator === 'In');
  });
}
