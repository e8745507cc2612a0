// What becomes of a claim: the binder's decision, as a pure function of the claim and the world around it.
// In Kubernetes: syncUnboundClaim and syncBoundClaim of pkg/controller/volume/persistentvolume/pv_controller.go.

import type { EventType } from '../../core/control/event-recorder.ts';
import type { PersistentVolume } from '../../core/model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../core/model/persistent-volume-claim.ts';
import { annotations, classOfClaim } from '../../core/model/storage.ts';
import type { StorageClass } from '../../core/model/storage-class.ts';
import { selectedNode, waitsForConsumer } from '../../core/volumes/binding-mode.ts';
import { isBoundTo, mismatch } from '../../core/volumes/match.ts';

/** What of the cluster the decision depends on. */
export interface StorageWorld {
  volume(name: string): PersistentVolume | undefined;
  /** The volume that is kept for the claim, if it will do. */
  keptFor(claim: PersistentVolumeClaim): PersistentVolume | undefined;
  /** The best free volume for it. */
  freeFor(claim: PersistentVolumeClaim): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** The class of claims that name none. */
  defaultClass(): StorageClass | undefined;
  /** Names of pods that use it and are on no node yet. */
  waitingPods(claim: PersistentVolumeClaim): readonly string[];
}

/** What is told on the object. */
export interface News {
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

export type ClaimDecision =
  | { readonly do: 'bind'; readonly volume: PersistentVolume }
  /** It stays Pending, until something else changes. */
  | { readonly do: 'wait'; readonly news?: News }
  | { readonly do: 'lose'; readonly news: News }
  | { readonly do: 'take class'; readonly name: string }
  | { readonly do: 'provision'; readonly className: string };

const warning = (reason: string, message: string): News => ({ type: 'Warning', reason, message });
const lose = (reason: string, message: string): ClaimDecision => ({ do: 'lose', news: warning(reason, message) });

export function decideClaim(claim: PersistentVolumeClaim, world: StorageWorld): ClaimDecision {
  if (claim.metadata.annotations?.[annotations.bindCompleted] !== undefined) return decideBound(claim, world);
  return claim.spec.volumeName ? decideNamed(claim, claim.spec.volumeName, world) : decideUnbound(claim, world);
}

function decideUnbound(claim: PersistentVolumeClaim, world: StorageWorld): ClaimDecision {
  const className = classOfClaim(claim);
  const storageClass = className ? world.storageClass(className) : undefined;
  const waits = waitsForConsumer(storageClass);
  // Where the node is open still, the scheduler chooses; what it has chosen is kept for the claim.
  const volume = world.keptFor(claim) ?? (waits ? undefined : world.freeFor(claim));
  if (volume) return { do: 'bind', volume };
  const defaultClass = className === undefined ? world.defaultClass() : undefined;
  if (defaultClass) return { do: 'take class', name: defaultClass.metadata.name };
  if (waits && selectedNode(claim) === undefined) return { do: 'wait', news: waitingNews(world.waitingPods(claim)) };
  if (className) return { do: 'provision', className };
  const message = 'no persistent volumes available for this claim and no storage class is set';
  return { do: 'wait', news: { type: 'Normal', reason: 'FailedBinding', message } };
}

function waitingNews(pods: readonly string[]): News {
  if (pods.length === 0) {
    const message = 'waiting for first consumer to be created before binding';
    return { type: 'Normal', reason: 'WaitForFirstConsumer', message };
  }
  const message = `waiting for pod${pods.length > 1 ? 's' : ''} ${pods.join(',')} to be scheduled`;
  return { type: 'Normal', reason: 'WaitForPodScheduled', message };
}

/** The user wants this volume and no other. */
function decideNamed(claim: PersistentVolumeClaim, name: string, world: StorageWorld): ClaimDecision {
  const volume = world.volume(name);
  if (!volume) return { do: 'wait' };
  if (!volume.spec.claimRef) {
    const wrong = mismatch(volume, claim);
    if (wrong === undefined) return { do: 'bind', volume };
    const message = `Cannot bind to requested volume "${name}": ${wrong}`;
    return { do: 'wait', news: warning('VolumeMismatch', message) };
  }
  if (isBoundTo(volume, claim)) return { do: 'bind', volume };
  return { do: 'wait', news: warning('FailedBinding', `volume "${name}" already bound to a different claim.`) };
}

function decideBound(claim: PersistentVolumeClaim, world: StorageWorld): ClaimDecision {
  const { volumeName } = claim.spec;
  if (!volumeName)
    return lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  const volume = world.volume(volumeName);
  if (!volume) return lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) return { do: 'bind', volume };
  return lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}
