// ReplicaSet: keeps a number of equal pods alive.

import { Int } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { KubeObjectBase } from './object.ts';
import { PodTemplateSpec } from './pod-template.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, NestedList, Required, Text, Time } from './rules.ts';

export class ReplicaSetSpec {
  @Int({ min: 0 }) readonly replicas?: number;
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  @Required() @Nested(() => LabelSelector) readonly selector!: LabelSelector;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
}

export class ReplicaSetCondition {
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class ReplicaSetStatus {
  @Int() readonly replicas!: number;
  @Int() readonly fullyLabeledReplicas?: number;
  @Int() readonly readyReplicas?: number;
  @Int() readonly availableReplicas?: number;
  @Int() readonly terminatingReplicas?: number;
  @Int() readonly observedGeneration?: number;
  @NestedList(() => ReplicaSetCondition) readonly conditions?: readonly ReplicaSetCondition[];
}

export class ReplicaSet extends KubeObjectBase {
  @Required() @Nested(() => ReplicaSetSpec) readonly spec!: ReplicaSetSpec;
  @Nested(() => ReplicaSetStatus) readonly status?: ReplicaSetStatus;
}

export const ReplicaSets: Resource<ReplicaSet> = resource({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: ReplicaSet,
});
