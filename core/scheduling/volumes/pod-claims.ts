// The claims of a pod, as far as they have a volume.
//   bound      it has one: the node must reach it
//   waiting    it gets one when the pod is placed: the node must have one to offer
//   immediate  it should have one already: the pod waits for the binder
// Kubernetes: GetPodVolumeClaims of pkg/scheduler/framework/plugins/volumebinding.

import type { StorageView } from '../../contracts/scheduler.ts';
import type { PersistentVolumeClaim } from '../../model/persistent-volume-claim.ts';
import type { Pod } from '../../model/pod.ts';
import { classOfClaim, isFullyBound } from '../../model/storage.ts';
import { waitsForConsumer } from '../../volumes/binding-mode.ts';
import { claimNameOf } from '../../volumes/claims-of.ts';

export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly waiting: readonly PersistentVolumeClaim[];
  readonly immediate: readonly PersistentVolumeClaim[];
}

/** The pod's claims; a text: what is wrong with one of them; undefined: it has none. */
export function claimsOf(pod: Pod, storage: StorageView): PodClaims | string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const found = new Map<string, PersistentVolumeClaim>();
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = storage.claim(namespace, name);
    if (!claim) {
      return volume.ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`;
    }
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
    found.set(name, claim);
  }
  return found.size === 0 ? undefined : sorted([...found.values()], storage);
}

function sorted(claims: readonly PersistentVolumeClaim[], storage: StorageView): PodClaims {
  const waits = (claim: PersistentVolumeClaim) =>
    !claim.spec.volumeName && waitsForConsumer(storage.storageClass(classOfClaim(claim) ?? ''));
  const unbound = claims.filter((claim) => !isFullyBound(claim));
  return {
    bound: claims.filter(isFullyBound),
    waiting: unbound.filter(waits),
    immediate: unbound.filter((claim) => !waits(claim)),
  };
}
