// Match: which volume is for which claim. The binder asks it for claims that are bound at once, the scheduler for claims
// that wait for their pod, then with a node. Kubernetes: component-helpers/storage/volume, FindMatchingVolume.
// Always true: a volume that is kept for the claim comes first; else the smallest that will do; of equal ones the first by name.

import type { NodeSelectorTerm } from '../model/affinity.ts';
import { matches, selectorOf } from '../model/labels.ts';
import type { StringMap } from '../model/meta.ts';
import type { PersistentVolume } from '../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import { compare } from '../model/quantity.ts';
import { classOfClaim, classOfVolume, compareSizes, requestOf } from '../model/storage.ts';
import { termHolds } from '../scheduling/filters/node-affinity.ts';

/** What of a node counts for volumes. */
export interface VolumeSite {
  readonly name: string;
  readonly labels: StringMap;
}

/** Whether the volume is this claim's: by name, and by uid where the volume says one. */
export function isBoundTo({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Whether the volume can be reached from the node. */
export function reaches({ spec }: PersistentVolume, site: VolumeSite): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  return !terms || terms.some((term: NodeSelectorTerm) => termHolds(term, site));
}

/** Whether the volume can be mounted in all the ways that the claim wants. */
const offersModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string => spec.volumeMode ?? 'Filesystem';

/** What keeps the volume from being the claim's although the claim names it; undefined: nothing. Kubernetes' words. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compare(volume.spec.capacity?.storage ?? '0', requestOf(claim)) < 0) return 'requested PV is too small';
  if (classOfVolume(volume) !== (classOfClaim(claim) ?? '')) return 'storageClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  return offersModes(volume, claim) ? undefined : 'incompatible accessMode';
}

/** Whether it could be the claim's as far as neither labels, class nor phase have a say. */
function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { metadata, spec } = volume;
  return (
    (!spec.claimRef || isBoundTo(volume, claim)) &&
    metadata.deletionTimestamp === undefined &&
    modeOf(volume) === modeOf(claim) &&
    compare(spec.capacity?.storage ?? '0', requestOf(claim)) >= 0
  );
}

/** The smallest first; of equal ones the first by name. */
export const bySize = (a: PersistentVolume, b: PersistentVolume): number =>
  compareSizes(a.spec.capacity, b.spec.capacity) || (a.metadata.name < b.metadata.name ? -1 : 1);

/** The volume that is kept for the claim, by whoever it was. */
export const keptFor = (
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume | undefined => volumes.find((volume) => isBoundTo(volume, claim) && suits(volume, claim));

/** Whether it is free: a claim may have it. */
export const isFree = ({ metadata, spec, status }: PersistentVolume): boolean =>
  !spec.claimRef && status?.phase === 'Available' && metadata.deletionTimestamp === undefined;

/** Whether a free volume of the claim's class will do for it, wherever it is. */
export function willDoFor(claim: PersistentVolumeClaim): (volume: PersistentVolume) => boolean {
  const { selector } = claim.spec;
  const chosen = selector && selectorOf(selector);
  return (volume) =>
    suits(volume, claim) && offersModes(volume, claim) && (!chosen || matches(chosen, volume.metadata.labels));
}
