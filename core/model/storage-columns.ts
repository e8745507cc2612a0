// What `kubectl get` shows of volumes, claims and storage classes.

import { ageColumn, column, nameColumn, unset, wide } from './columns.ts';
import type { PersistentVolume } from './persistent-volume.ts';
import type { PersistentVolumeClaim } from './persistent-volume-claim.ts';
import type { Column } from './resource.ts';
import { classOfClaim, classOfVolume, isDefaultClass, sizeText } from './storage.ts';
import type { StorageClass } from './storage-class.ts';

/** In the order in which Kubernetes names them. */
const shortModes = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** `RWO,ROX` */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  shortModes.flatMap(([mode, short]) => (modes?.includes(mode) ? [short] : [])).join(',');

const phase = ({ metadata, status }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';

export const persistentVolumeColumns: readonly Column<PersistentVolume>[] = [
  nameColumn(),
  column('Capacity', ({ spec }) => sizeText(spec?.capacity?.storage) || '0'),
  column('Access Modes', ({ spec }) => accessModesText(spec?.accessModes)),
  column('Reclaim Policy', ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ''),
  column('Status', phase),
  column('Claim', ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '')),
  column('StorageClass', classOfVolume),
  column('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? unset),
  column('Reason', ({ status }) => status?.reason ?? ''),
  ageColumn(),
  wide(column('VolumeMode', ({ spec }) => spec?.volumeMode ?? unset)),
];

export const persistentVolumeClaimColumns: readonly Column<PersistentVolumeClaim>[] = [
  nameColumn(),
  column('Status', phase),
  column('Volume', ({ spec }) => spec?.volumeName ?? ''),
  column('Capacity', ({ spec, status }) => (spec?.volumeName ? sizeText(status?.capacity?.storage) || '0' : '')),
  column('Access Modes', ({ spec, status }) => (spec?.volumeName ? accessModesText(status?.accessModes) : '')),
  column('StorageClass', (claim) => classOfClaim(claim) ?? ''),
  column('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? unset),
  ageColumn(),
  wide(column('VolumeMode', ({ spec }) => spec?.volumeMode ?? unset)),
];

export const storageClassColumns: readonly Column<StorageClass>[] = [
  {
    ...nameColumn<StorageClass>(),
    cell: (storageClass) => `${storageClass.metadata.name}${isDefaultClass(storageClass) ? ' (default)' : ''}`,
  },
  column('Provisioner', ({ provisioner }) => provisioner),
  column('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
  column('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
  { ...column<StorageClass>('AllowVolumeExpansion', (one) => one.allowVolumeExpansion ?? false), type: 'string' },
  ageColumn(),
];
