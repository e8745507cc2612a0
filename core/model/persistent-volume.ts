// PersistentVolume: a piece of storage in the cluster, and whose it is. It outlives the pods that use it.

import { NodeSelector } from './affinity.ts';
import { canonicalAmounts, fill, ifObject, within } from './defaults.ts';
import { OneOf, QuantityMap } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { ObjectReference } from './object-reference.ts';
import { persistentVolumeProblems, persistentVolumeUpdateProblems } from './persistent-volume-rules.ts';
import { CSIPersistentVolumeSource, LocalVolumeSource } from './persistent-volume-source.ts';
import type { ResourceList } from './quantity.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, Required, Text, TextList, Time } from './rules.ts';
import { persistentVolumeColumns } from './storage-columns.ts';
import { HostPathVolumeSource, NFSVolumeSource } from './volume-source.ts';

/** From which nodes the volume can be reached. */
export class VolumeNodeAffinity {
  @Required('must specify required node constraints') @Nested(() => NodeSelector) readonly required?: NodeSelector;
}

export class PersistentVolumeSpec {
  /** Of `storage`, and nothing else. */
  @QuantityMap() readonly capacity?: ResourceList;
  @Nested(() => HostPathVolumeSource) readonly hostPath?: HostPathVolumeSource;
  @Nested(() => LocalVolumeSource) readonly local?: LocalVolumeSource;
  @Nested(() => NFSVolumeSource) readonly nfs?: NFSVolumeSource;
  @Nested(() => CSIPersistentVolumeSource) readonly csi?: CSIPersistentVolumeSource;
  /** All the ways in which it can be mounted; it is mounted in one of them at a time. */
  @Required() @TextList() readonly accessModes?: readonly string[];
  /** Whose it is. Without uid: kept for that claim. */
  @Nested(() => ObjectReference) readonly claimRef?: ObjectReference;
  /** What becomes of it when its claim is gone. */
  @OneOf('Delete', 'Recycle', 'Retain') readonly persistentVolumeReclaimPolicy?: string;
  /** '' is a class too: that of volumes without class. */
  @Text() readonly storageClassName?: string;
  @TextList() readonly mountOptions?: readonly string[];
  /** With a file system on it, or as a bare device. */
  @OneOf('Block', 'Filesystem') readonly volumeMode?: string;
  @Nested(() => VolumeNodeAffinity) readonly nodeAffinity?: VolumeNodeAffinity;
  @Text() readonly volumeAttributesClassName?: string;
}

export class PersistentVolumeStatus {
  /** `Available`: free; `Bound`; `Released`: its claim is gone, its content is not; `Failed`: could not be reclaimed. */
  @OneOf('Available', 'Bound', 'Failed', 'Pending', 'Released') readonly phase?: string;
  /** Why it is in this phase. */
  @Text() readonly message?: string;
  /** The same in one word. */
  @Text() readonly reason?: string;
  @Time() readonly lastPhaseTransitionTime?: string;
}

export class PersistentVolume extends KubeObjectBase {
  @Required() @Nested(() => PersistentVolumeSpec) readonly spec!: PersistentVolumeSpec;
  @Nested(() => PersistentVolumeStatus) readonly status?: PersistentVolumeStatus;
}

export const PersistentVolumes: Resource<PersistentVolume> = resource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  hasStatus: true,
  withoutGeneration: true,
  namespaced: false,
  type: PersistentVolume,
  columns: persistentVolumeColumns,
  default: (volume) =>
    within(
      volume,
      'spec',
      ifObject((spec) =>
        within(
          within(
            fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
            'hostPath',
            ifObject((source) => fill(source, { type: '' })),
          ),
          'capacity',
          canonicalAmounts,
        ),
      ),
    ),
  prepareForCreate: (volume) => ({
    ...volume,
    status: { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp },
  }),
  validate: persistentVolumeProblems,
  validateUpdate: persistentVolumeUpdateProblems,
});
