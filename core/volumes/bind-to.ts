// Both halves of a binding, as they are written: the volume says whose it is first, then the claim which volume it has. Who is
// stopped in between has taken nothing from anybody. Kubernetes: GetBindVolumeToClaim and bindClaimToVolume.

import type { PersistentVolume } from '../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import { revise } from '../model/revise.ts';
import { annotations } from '../model/storage.ts';
import { isBoundTo } from './match.ts';

const yes = 'yes';

/** The volume as it says that it is the claim's; the very same one if it says so already. */
export function volumeBoundTo(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  const { uid, name, namespace, resourceVersion } = claim.metadata;
  if (isBoundTo(volume, claim) && claimRef?.uid === uid) return volume;
  const reference = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  const bound = revise(volume, { spec: revise(volume.spec, { claimRef: reference as typeof claimRef }) });
  return isBoundTo(volume, claim) ? bound : annotated(bound, { [annotations.boundByController]: yes });
}

/** The claim as it says that the volume is its own; the very same one if it says so already. */
export function claimBoundTo(claim: PersistentVolumeClaim, { metadata }: PersistentVolume): PersistentVolumeClaim {
  const { volumeName } = claim.spec;
  const named = volumeName === metadata.name;
  const bound = named ? claim : revise(claim, { spec: revise(claim.spec, { volumeName: metadata.name }) });
  return annotated(bound, {
    ...(!named && { [annotations.boundByController]: yes }),
    [annotations.bindCompleted]: yes,
  });
}

/** Gives the volume back: whom the user has kept it for, it stays kept for. */
export function volumeUnbound(volume: PersistentVolume): PersistentVolume {
  const { [annotations.boundByController]: byController, ...others } = volume.metadata.annotations ?? {};
  const { claimRef, ...spec } = volume.spec;
  if (byController === undefined) {
    const { uid: _, resourceVersion: _r, ...kept } = claimRef ?? {};
    return { ...volume, spec: { ...spec, claimRef: kept } };
  }
  return { ...volume, spec, metadata: { ...volume.metadata, annotations: others } };
}

/** The object with these annotations as well. */
export const annotated = <T extends PersistentVolume | PersistentVolumeClaim>(
  object: T,
  added: Readonly<Record<string, string>>,
): T => {
  const { metadata } = object;
  const missing = Object.entries(added).some(([key, value]) => metadata.annotations?.[key] !== value);
  return missing
    ? { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...added } } }
    : object;
};
