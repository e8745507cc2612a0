// VolumeProvisioner: makes volumes for claims of the storage classes that name it, and takes them away again. The binder
// (plugins/controller-persistent-volume) asks it, writes the PersistentVolume, and binds it to the claim.
//
//   export class Folders implements VolumeProvisioner {
//     readonly name = 'example.com/folders';
//     async provision({ volumeName }) { return { hostPath: { path: `/tmp/${volumeName}` } }; }
//     async delete(volume) { ... }
//   }
//
// Always true: both may be called again for the same volume, after a failure or a restart, and then do no harm.
// Kubernetes: a program of its own beside each CSI driver (external-provisioner), or a volume plugin of the controller manager.

import { contribution } from '../cluster/token.ts';
import type { Node } from '../model/node.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import type { StorageClass } from '../model/storage-class.ts';

export interface ProvisionRequest {
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass;
  /** What the volume will be called: `pvc-` and the claim's uid. */
  readonly volumeName: string;
  /** Where the pod that waits for it is to run, if the class waits for that. */
  readonly node?: Node;
}

export interface VolumeProvisioner {
  /** As `provisioner` of storage classes says it. */
  readonly name: string;
  /**
   * Makes the volume. Gives the source and, where it can be reached from some nodes only, the nodeAffinity; whatever else it
   * leaves out is as claim and class want it. What it throws is told on the claim, and it is asked again later.
   */
  provision(request: ProvisionRequest, signal: AbortSignal): Promise<PersistentVolumeSpec>;
  /** Takes away what is on it; then the binder removes the object. What it throws is told on the volume. */
  delete(volume: PersistentVolume, signal: AbortSignal): Promise<void>;
}
export const VolumeProvisioner = contribution<VolumeProvisioner>('VolumeProvisioner');
