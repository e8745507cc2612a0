// When a claim is bound: at once, or when the first pod that uses it is placed, so that the volume is where the pod can run.

import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import { annotations } from '../model/storage.ts';
import type { StorageClass } from '../model/storage-class.ts';

/** @param storageClass the claim's; undefined: it has none, or there is no such class */
export const waitsForConsumer = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer';

/** The node that the scheduler has chosen for the claim's first pod. */
export const selectedNode = ({ metadata }: PersistentVolumeClaim): string | undefined =>
  metadata.annotations?.[annotations.selectedNode] || undefined;
