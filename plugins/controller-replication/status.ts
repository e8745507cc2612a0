// The status that an owner of replicas should have, from the pods that it has.

import { isAvailable, isReady, selects } from '../../core/control/pods.ts';
import { findCondition, removeCondition, setCondition } from '../../core/model/conditions.ts';
import { selectorOfMap } from '../../core/model/labels.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { PodTemplateSpec } from '../../core/model/pod-template.ts';
import type { ReplicaSetStatus } from '../../core/model/replica-set.ts';

export interface Findings {
  /** Pods that count. */
  readonly pods: readonly Pod[];
  readonly template: PodTemplateSpec;
  readonly minReadySeconds: number;
  readonly replicas: number;
  /** What creating or deleting pods failed with. */
  readonly failure?: unknown;
  /** Milliseconds since 1970, and the same as text. */
  readonly now: number;
  readonly timestamp: string;
}

export function statusOf(before: ReplicaSetStatus | undefined, findings: Findings): ReplicaSetStatus {
  const { pods, minReadySeconds, now } = findings;
  const isLabeled = selects(selectorOfMap(findings.template.metadata?.labels ?? {}));
  let fullyLabeled = 0;
  let ready = 0;
  let available = 0;
  for (const pod of pods) {
    if (isLabeled(pod)) fullyLabeled += 1;
    if (!isReady(pod)) continue;
    ready += 1;
    if (isAvailable(pod, minReadySeconds, now)) available += 1;
  }
  const conditions = conditionsOf(before, findings);
  return {
    replicas: pods.length,
    // As Kubernetes' JSON has it: numbers of nothing are left out.
    ...(fullyLabeled > 0 && { fullyLabeledReplicas: fullyLabeled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(before?.observedGeneration !== undefined && { observedGeneration: before.observedGeneration }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** ReplicaFailure stands while pods cannot be made or removed. */
function conditionsOf(before: ReplicaSetStatus | undefined, { failure, pods, replicas, timestamp }: Findings) {
  const type = 'ReplicaFailure';
  if (failure === undefined) return removeCondition(before?.conditions, type);
  if (findCondition(before?.conditions, type)) return before?.conditions ?? [];
  const reason = pods.length < replicas ? 'FailedCreate' : 'FailedDelete';
  const message = failure instanceof Error ? failure.message : String(failure);
  return setCondition(before?.conditions, { type, status: 'True', reason, message }, timestamp);
}
