// Volume finder: whether a node can give a pod the volumes that it claims, and which. It looks at the pod once and then at
// each node: bound claims must be within reach; claims that wait get the volume that is kept for them, else the smallest free
// one there, else one is made there, if the storage class has somebody who does that.
// Kubernetes: FindPodVolumes of pkg/scheduler/framework/plugins/volumebinding/binder.go.

import type { NodeInfo, StorageView } from '../../contracts/scheduler.ts';
import type { Refusal } from '../../contracts/scheduling-framework.ts';
import type { PersistentVolume } from '../../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../model/persistent-volume-claim.ts';
import type { Pod } from '../../model/pod.ts';
import { compare } from '../../model/quantity.ts';
import { classOfClaim, noProvisioner, requestOf } from '../../model/storage.ts';
import { selectedNode } from '../../volumes/binding-mode.ts';
import { freeFor, keptFor, reaches } from '../../volumes/match.ts';
import { NearbyVolumes } from './nearby-volumes.ts';
import { claimsOf, type PodClaims } from './pod-claims.ts';

/** What a node can give. */
export interface VolumesThere {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  /** Claims for which a volume is to be made. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

const refusal = (...reasons: string[]): Refusal => ({ reasons, resolvable: false });
const outOfReach = 'node(s) had volume node affinity conflict';
const noneThere = "node(s) didn't find available persistent volumes to bind";
const volumeIsGone = refusal('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
const conflict = refusal(outOfReach);
const conflictAndNone = refusal(outOfReach, noneThere);
const none = refusal(noneThere);

const isRefusal = (found: VolumesThere | Refusal): found is Refusal => 'reasons' in found;

export class VolumeFinder {
  readonly #claims: PodClaims;
  readonly #storage: StorageView;
  /** By name of the claim. */
  readonly #nearby = new Map<string, NearbyVolumes>();

  constructor(claims: PodClaims, storage: StorageView) {
    // The smallest claim chooses first, so that it does not take what a greater one needs.
    const waiting = [...claims.waiting].sort((a, b) => compare(requestOf(a), requestOf(b)));
    this.#claims = { ...claims, waiting };
    this.#storage = storage;
  }

  /** Why the node cannot take the pod; undefined: it can. */
  refusal(node: NodeInfo): Refusal | undefined {
    const found = this.find(node);
    return isRefusal(found) ? found : undefined;
  }

  find(node: NodeInfo): VolumesThere | Refusal {
    const reachable = this.#reaches(node);
    if (reachable === volumeIsGone) return volumeIsGone;
    const waiting = this.#claims.waiting.length === 0 ? nothing : this.#findWaiting(node);
    if (reachable) return waiting ? conflict : conflictAndNone;
    return waiting ?? none;
  }

  /** Whether the node reaches the volumes that the pod's claims have. */
  #reaches(node: NodeInfo): Refusal | undefined {
    for (const { spec } of this.#claims.bound) {
      const volume = this.#storage.volume(spec.volumeName ?? '');
      if (!volume) return volumeIsGone;
      if (!reaches(volume, node)) return conflict;
    }
    return undefined;
  }

  #findWaiting(node: NodeInfo): VolumesThere | undefined {
    const bindings: VolumesThere['bindings'][number][] = [];
    const provisions: PersistentVolumeClaim[] = [];
    const taken = new Set<string>();
    for (const claim of this.#claims.waiting) {
      const chosen = selectedNode(claim);
      if (chosen !== undefined && chosen !== node.name) return undefined;
      const kept = keptFor(claim, this.#storage.volumesNaming(claim));
      if (kept && !reaches(kept, node)) return undefined;
      const volume = chosen === undefined ? (kept ?? this.#nearbyFor(claim).best(node, taken)) : undefined;
      if (volume) {
        bindings.push({ claim, volume });
        taken.add(volume.metadata.name);
      } else if (this.#canBeMade(claim, node)) provisions.push(claim);
      else return undefined;
    }
    return { bindings, provisions };
  }

  #nearbyFor(claim: PersistentVolumeClaim): NearbyVolumes {
    const { name } = claim.metadata;
    const known = this.#nearby.get(name);
    if (known) return known;
    const nearby = new NearbyVolumes(freeFor(claim, this.#storage.volumesOfClass(classOfClaim(claim) ?? '')));
    this.#nearby.set(name, nearby);
    return nearby;
  }

  /** Whether the claim's class has somebody who makes volumes, for this node too. */
  #canBeMade(claim: PersistentVolumeClaim, { labels }: NodeInfo): boolean {
    const storageClass = this.#storage.storageClass(classOfClaim(claim) ?? '');
    if (!storageClass?.provisioner || storageClass.provisioner === noProvisioner) return false;
    const { allowedTopologies = [] } = storageClass;
    if (allowedTopologies.length === 0) return true;
    return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    );
  }
}

const nothing: VolumesThere = { bindings: [], provisions: [] };

/** The last answer for a pod: it is asked about for each node, and again when the choice is made. */
const known = new WeakMap<Pod, { readonly storage: StorageView; readonly version: number; readonly answer: Finding }>();

/** A finder; a text: why no node can take the pod; undefined: it claims nothing. */
export type Finding = VolumeFinder | string | undefined;

export function volumeFinderFor(pod: Pod, storage: StorageView): Finding {
  if (!pod.spec.volumes?.some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral))
    return undefined;
  const before = known.get(pod);
  if (before && before.storage === storage && before.version === storage.version) return before.answer;
  const answer = lookAt(pod, storage);
  known.set(pod, { storage, version: storage.version, answer });
  return answer;
}

function lookAt(pod: Pod, storage: StorageView): Finding {
  const claims = claimsOf(pod, storage);
  if (claims === undefined || typeof claims === 'string') return claims;
  if (claims.immediate.length > 0) return 'pod has unbound immediate PersistentVolumeClaims';
  return new VolumeFinder(claims, storage);
}
