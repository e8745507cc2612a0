// ReplicaStatus: what is told of pods that are kept at a number, by a ReplicaSet or a ReplicationController.

import { Int } from './field-rules.ts';
import { NestedList, Text, Time } from './rules.ts';

export class ReplicaCondition {
  /** `ReplicaFailure`: pods cannot be made, or not be deleted. */
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class ReplicaStatus {
  @Int() readonly replicas!: number;
  @Int() readonly fullyLabeledReplicas?: number;
  @Int() readonly readyReplicas?: number;
  @Int() readonly availableReplicas?: number;
  /** The generation of the spec that this status speaks of. */
  @Int() readonly observedGeneration?: number;
  @NestedList(() => ReplicaCondition) readonly conditions?: readonly ReplicaCondition[];
}
