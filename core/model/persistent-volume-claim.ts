// PersistentVolumeClaim: a wish for storage. Pods name the claim; which volume it gets is found when it is bound.

import { canonicalAmounts, fill, ifObject, within } from './defaults.ts';
import { OneOf, QuantityMap } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { KubeObjectBase } from './object.ts';
import { TypedLocalObjectReference } from './object-reference.ts';
import { persistentVolumeClaimProblems, persistentVolumeClaimUpdateProblems } from './persistent-volume-claim-rules.ts';
import type { ResourceList } from './quantity.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, NestedList, Required, Text, TextList, Time } from './rules.ts';
import { persistentVolumeClaimColumns } from './storage-columns.ts';

export class VolumeResourceRequirements {
  @QuantityMap() readonly limits?: ResourceList;
  /** `storage`: at least so much. */
  @QuantityMap() readonly requests?: ResourceList;
}

export class TypedObjectReference extends TypedLocalObjectReference {
  @Text() readonly namespace?: string;
}

export class PersistentVolumeClaimSpec {
  @Required('at least 1 access mode is required') @TextList() readonly accessModes?: readonly string[];
  /** Only volumes with such labels; nobody makes one for a claim that has it. */
  @Nested(() => LabelSelector) readonly selector?: LabelSelector;
  @Nested(() => VolumeResourceRequirements) readonly resources?: VolumeResourceRequirements;
  /** The volume; the binder fills it in, or the user, who wants this one and no other. */
  @Text() readonly volumeName?: string;
  /** Absent: the default class, once there is one; '': a volume without class. */
  @Text() readonly storageClassName?: string;
  @OneOf('Block', 'Filesystem') readonly volumeMode?: string;
  @Nested(() => TypedLocalObjectReference) readonly dataSource?: TypedLocalObjectReference;
  @Nested(() => TypedObjectReference) readonly dataSourceRef?: TypedObjectReference;
  @Text() readonly volumeAttributesClassName?: string;
}

export class PersistentVolumeClaimCondition {
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastProbeTime?: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class PersistentVolumeClaimStatus {
  /** `Pending`: has no volume yet; `Bound`; `Lost`: its volume is gone, and what was on it. */
  @OneOf('Bound', 'Lost', 'Pending') readonly phase?: string;
  @TextList() readonly accessModes?: readonly string[];
  @QuantityMap() readonly capacity?: ResourceList;
  @NestedList(() => PersistentVolumeClaimCondition) readonly conditions?: readonly PersistentVolumeClaimCondition[];
}

export class PersistentVolumeClaim extends KubeObjectBase {
  @Required() @Nested(() => PersistentVolumeClaimSpec) readonly spec!: PersistentVolumeClaimSpec;
  @Nested(() => PersistentVolumeClaimStatus) readonly status?: PersistentVolumeClaimStatus;
}

export const PersistentVolumeClaims: Resource<PersistentVolumeClaim> = resource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  hasStatus: true,
  withoutGeneration: true,
  namespaced: true,
  type: PersistentVolumeClaim,
  columns: persistentVolumeClaimColumns,
  default: (claim) =>
    within(
      claim,
      'spec',
      ifObject((spec) =>
        within(
          fill(spec, { volumeMode: 'Filesystem' }),
          'resources',
          ifObject((resources) => within(resources, 'requests', canonicalAmounts)),
        ),
      ),
    ),
  prepareForCreate: (claim) => ({ ...claim, status: { phase: 'Pending' } }),
  validate: persistentVolumeClaimProblems,
  validateUpdate: persistentVolumeClaimUpdateProblems,
});
