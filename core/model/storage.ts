// Storage: what the parts that deal with volumes, claims and classes ask of them. Names of annotations and finalizers, the
// class of a claim, which class is the default. Kubernetes: k8s.io/component-helpers/storage/volume.

import type { PersistentVolume } from './persistent-volume.ts';
import type { PersistentVolumeClaim } from './persistent-volume-claim.ts';
import type { ResourceList } from './quantity.ts';
import { canonical, compare, isQuantity } from './quantity.ts';
import type { StorageClass } from './storage-class.ts';

export const annotations = {
  /** On a claim: its volume knows of it, and it of its volume. */
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  /** On a claim or volume: not the user chose its other half, the controller did; so the controller may undo it. */
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  /** On a volume: who made it. */
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  /** On a claim: where its first pod is to run. The scheduler writes it; a provisioner that cannot serve takes it away. */
  selectedNode: 'volume.kubernetes.io/selected-node',
  /** On a claim: who is to make a volume for it. */
  storageProvisioner: 'volume.kubernetes.io/storage-provisioner',
  betaStorageProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  /** On a claim or volume: its class, as it was said before there was a field. */
  betaStorageClass: 'volume.beta.kubernetes.io/storage-class',
  /** On a class: claims that name none get this one. */
  defaultClass: 'storageclass.kubernetes.io/is-default-class',
  betaDefaultClass: 'storageclass.beta.kubernetes.io/is-default-class',
} as const;

/** A claim that pods use, and a volume that a claim has, are not removed under them. */
export const claimProtection = 'kubernetes.io/pvc-protection';
export const volumeProtection = 'kubernetes.io/pv-protection';

/** Volumes of such classes are made by hand. */
export const noProvisioner = 'kubernetes.io/no-provisioner';

/** The class that the claim asks for; '': one without class; undefined: it did not say. */
export const classOfClaim = ({ metadata, spec }: PersistentVolumeClaim): string | undefined =>
  metadata.annotations?.[annotations.betaStorageClass] ?? spec?.storageClassName;

export const classOfVolume = ({ metadata, spec }: PersistentVolume): string =>
  metadata.annotations?.[annotations.betaStorageClass] ?? spec?.storageClassName ?? '';

export const isDefaultClass = ({ metadata }: StorageClass): boolean =>
  metadata.annotations?.[annotations.defaultClass] === 'true' ||
  metadata.annotations?.[annotations.betaDefaultClass] === 'true';

/** The default one; of several the newest, then the first by name. */
export function defaultClassOf(classes: readonly StorageClass[]): StorageClass | undefined {
  const time = ({ metadata }: StorageClass) => Date.parse(metadata.creationTimestamp ?? '') || 0;
  return classes
    .filter(isDefaultClass)
    .sort((a, b) => time(b) - time(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

/** Whether claim and volume know each other, so that nothing is left to be done. */
export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec?.volumeName) && metadata.annotations?.[annotations.bindCompleted] !== undefined;

/** What a claim asks for, as text. */
export const requestOf = (claim: PersistentVolumeClaim): string => claim.spec?.resources?.requests?.storage ?? '0';

/** Compares amounts of storage; absent is nothing. */
export const compareSizes = (a: ResourceList | undefined, b: ResourceList | undefined): number =>
  compare(a?.storage ?? '0', b?.storage ?? '0');

/** As Kubernetes prints it: `10Gi`. */
export const sizeText = (size: string | number | undefined): string => (isQuantity(size) ? canonical(size) : '');
