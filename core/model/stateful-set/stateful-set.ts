// StatefulSet: pods that are not interchangeable. Each has a number, and with it a name and volumes that stay its own
// whatever happens to the pod: db-0, db-1, ... They come and go in order.

import { ageColumn, column, containerColumns, nameColumn } from '../columns.ts';
import { CountOrPercent, Int, OneOf } from '../field-rules.ts';
import { LabelSelector } from '../label-selector.ts';
import { formatSelector, selectorOf } from '../labels.ts';
import { KubeObjectBase } from '../object.ts';
import { PersistentVolumeClaim } from '../persistent-volume-claim.ts';
import { PodTemplateSpec } from '../pod-template.ts';
import { ReplicaCondition } from '../replica-status.ts';
import { type Resource, resource } from '../resource.ts';
import { Nested, NestedList, Required, Text } from '../rules.ts';
import { defaultStatefulSet, statefulSetProblems } from './stateful-set-rules.ts';

export class RollingUpdateStatefulSetStrategy {
  /** Only pods of this number and above are updated. */
  @Int({ min: 0 }) readonly partition?: number;
  /** In real Kubernetes: alpha. Kept, not acted on. */
  @CountOrPercent() readonly maxUnavailable?: number | string;
}

export class StatefulSetUpdateStrategy {
  /** `OnDelete`: a pod is made from the new template when somebody deletes the old one. */
  @OneOf('OnDelete', 'RollingUpdate') readonly type?: string;
  @Nested(() => RollingUpdateStatefulSetStrategy) readonly rollingUpdate?: RollingUpdateStatefulSetStrategy;
}

/** What becomes of a pod's claims when the set is deleted, or made smaller. */
export class StatefulSetPersistentVolumeClaimRetentionPolicy {
  @OneOf('Delete', 'Retain') readonly whenDeleted?: string;
  @OneOf('Delete', 'Retain') readonly whenScaled?: string;
}

export class StatefulSetOrdinals {
  /** The first pod's number. */
  @Int({ min: 0 }) readonly start?: number;
}

export class StatefulSetSpec {
  @Int({ min: 0 }) readonly replicas?: number;
  /** Which pods are its own. Decided at birth; must match the template's labels. */
  @Required() @Nested(() => LabelSelector) readonly selector!: LabelSelector;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
  /** Each pod has a claim of each of these for itself: `data-db-0`. */
  @NestedList(() => PersistentVolumeClaim) readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  /** The headless Service under which each pod has a name: `db-0.db`. */
  @Text() readonly serviceName?: string;
  /** `Parallel`: nobody waits for the one before. */
  @OneOf('OrderedReady', 'Parallel') readonly podManagementPolicy?: string;
  @Nested(() => StatefulSetUpdateStrategy) readonly updateStrategy?: StatefulSetUpdateStrategy;
  /** How many old templates are kept for `rollout undo`. */
  @Int({ min: 0 }) readonly revisionHistoryLimit?: number;
  /** How long a pod must be ready to count as available. */
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  @Nested(() => StatefulSetPersistentVolumeClaimRetentionPolicy)
  readonly persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  @Nested(() => StatefulSetOrdinals) readonly ordinals?: StatefulSetOrdinals;
}

export class StatefulSetStatus {
  @Int() readonly observedGeneration?: number;
  @Int() readonly replicas!: number;
  @Int() readonly readyReplicas?: number;
  /** Pods of `currentRevision`. */
  @Int() readonly currentReplicas?: number;
  /** Pods of `updateRevision`. */
  @Int() readonly updatedReplicas?: number;
  /** The revision that pods are updated from; the same as the other when none is. */
  @Text() readonly currentRevision?: string;
  @Text() readonly updateRevision?: string;
  @Int() readonly collisionCount?: number;
  @NestedList(() => ReplicaCondition) readonly conditions?: readonly ReplicaCondition[];
  @Int() readonly availableReplicas?: number;
}

export class StatefulSet extends KubeObjectBase {
  @Required() @Nested(() => StatefulSetSpec) readonly spec!: StatefulSetSpec;
  @Nested(() => StatefulSetStatus) readonly status?: StatefulSetStatus;
}

export const StatefulSets: Resource<StatefulSet> = resource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: StatefulSet,
  columns: [
    nameColumn(),
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    ageColumn(),
    // Kubernetes shows no selector here.
    ...containerColumns<StatefulSet>(() => '').slice(0, 2),
  ],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector)),
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  },
  default: defaultStatefulSet,
  prepareForCreate: (set) => ({ ...set, status: { replicas: 0, availableReplicas: 0 } }),
  ...statefulSetProblems,
});
