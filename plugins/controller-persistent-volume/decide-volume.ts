// What becomes of a volume: the binder's decision, as a pure function of the volume and the claim that it names.
// In Kubernetes: syncVolume of pkg/controller/volume/persistentvolume/pv_controller.go.

import type { PersistentVolume } from '../../core/model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../core/model/persistent-volume-claim.ts';
import { annotations } from '../../core/model/storage.ts';

export type VolumeDecision =
  | { readonly do: 'set phase'; readonly phase: 'Available' | 'Bound' }
  /** The volume is the claim's; the claim does not know of it yet. */
  | { readonly do: 'look at claim' }
  /** Its claim is gone: what was on it is kept or removed, as its reclaim policy says. */
  | { readonly do: 'release' }
  /** Its claim has another volume. */
  | { readonly do: 'unbind' };

/** @param claim as it stands; undefined: there is none of that name */
export function decideVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumeDecision {
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec;
  // Without uid it is kept for a claim that need not be there yet.
  if (!claimRef?.uid) return { do: 'set phase', phase: 'Available' };
  if (claim?.metadata.uid !== claimRef.uid) return { do: 'release' };
  if (!claim.spec.volumeName) return { do: 'look at claim' };
  if (claim.spec.volumeName === volume.metadata.name) return { do: 'set phase', phase: 'Bound' };
  const isSpare =
    volume.metadata.annotations?.[annotations.provisionedBy] && persistentVolumeReclaimPolicy === 'Delete';
  return { do: isSpare ? 'release' : 'unbind' };
}
