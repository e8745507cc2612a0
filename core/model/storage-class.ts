// StorageClass: a sort of storage that claims ask for by name: who makes its volumes, and when they are bound.

import { fill } from './defaults.ts';
import { OneOf } from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, NestedList, Required, Text, TextList, TextMap } from './rules.ts';
import { storageClassProblems, storageClassUpdateProblems } from './storage-class-rules.ts';
import { storageClassColumns } from './storage-columns.ts';

export class TopologySelectorLabelRequirement {
  /** A label of nodes. */
  @Required() @Text() readonly key!: string;
  /** The node has one of them. */
  @Required() @TextList() readonly values!: readonly string[];
}

/** All of its requirements must hold. */
export class TopologySelectorTerm {
  @NestedList(() => TopologySelectorLabelRequirement)
  readonly matchLabelExpressions?: readonly TopologySelectorLabelRequirement[];
}

export class StorageClass extends KubeObjectBase {
  /** Who makes volumes of this class; `kubernetes.io/no-provisioner`: nobody, an administrator creates them. */
  @Required() @Text() readonly provisioner!: string;
  /** For the provisioner. */
  @TextMap() readonly parameters?: StringMap;
  /** Of the volumes that are made: `Delete` or `Retain`. */
  @OneOf('Delete', 'Retain') readonly reclaimPolicy?: string;
  @TextList() readonly mountOptions?: readonly string[];
  /** Claims may ask for more later on. */
  @Bool() readonly allowVolumeExpansion?: boolean;
  /** `Immediate`: claims are bound at once; `WaitForFirstConsumer`: when a pod that uses them is placed. */
  @Required() @OneOf('Immediate', 'WaitForFirstConsumer') readonly volumeBindingMode?: string;
  /** Nodes for which volumes may be made: one of the terms must hold. */
  @NestedList(() => TopologySelectorTerm) readonly allowedTopologies?: readonly TopologySelectorTerm[];
}

export const StorageClasses: Resource<StorageClass> = resource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  type: StorageClass,
  columns: storageClassColumns,
  default: (storageClass) => fill(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate: storageClassProblems,
  validateUpdate: storageClassUpdateProblems,
});
