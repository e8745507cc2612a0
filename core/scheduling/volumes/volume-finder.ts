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
import { hasClaims } from '../../volumes/claims-of.ts';
import { keptFor, reaches, willDoFor } from '../../volumes/match.ts';
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

/** A claim that waits, read once. */
interface WaitingClaim {
  readonly claim: PersistentVolumeClaim;
  readonly className: string;
  /** Where it is to be, if that was decided before. */
  readonly node: string | undefined;
  /** The volume that is kept for it. */
  readonly kept: PersistentVolume | undefined;
  readonly willDo: (volume: PersistentVolume) => boolean;
}

export class VolumeFinder {
  readonly #claims: PodClaims;
  readonly #storage: StorageView;
  /** The smallest first, so that it does not take what a greater one needs. */
  readonly #waiting: readonly WaitingClaim[];

  constructor(claims: PodClaims, storage: StorageView) {
    this.#claims = claims;
    this.#storage = storage;
    this.#waiting = [...claims.waiting]
      .sort((a, b) => compare(requestOf(a), requestOf(b)))
      .map((claim) => ({
        claim,
        className: classOfClaim(claim) ?? '',
        node: selectedNode(claim),
        kept: keptFor(claim, storage.volumesNaming(claim)),
        willDo: willDoFor(claim),
      }));
  }

  /** Why the node cannot take the pod; undefined: it can. */
  refusal(node: NodeInfo): Refusal | undefined {
    const found = this.find(node);
    return isRefusal(found) ? found : undefined;
  }

  find(node: NodeInfo): VolumesThere | Refusal {
    const reachable = this.#reaches(node);
    if (reachable === volumeIsGone) return volumeIsGone;
    const waiting = this.#waiting.length === 0 ? nothing : this.#findWaiting(node);
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
    for (const { claim, className, node: chosen, kept, willDo } of this.#waiting) {
      if (chosen !== undefined && chosen !== node.name) return undefined;
      if (kept && !reaches(kept, node)) return undefined;
      const isTaken = (volume: PersistentVolume) => bindings.some((binding) => binding.volume === volume);
      const suits = (volume: PersistentVolume) => !isTaken(volume) && willDo(volume) && reaches(volume, node);
      const free = () => this.#storage.freeVolumes(className, node).find(suits);
      const volume = chosen === undefined ? (kept ?? free()) : undefined;
      if (volume) bindings.push({ claim, volume });
      else if (this.#canBeMade(className, node)) provisions.push(claim);
      else return undefined;
    }
    return { bindings, provisions };
  }

  /** Whether the class has somebody who makes volumes, for this node too. */
  #canBeMade(className: string, { labels }: NodeInfo): boolean {
    const storageClass = this.#storage.storageClass(className);
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
  if (!hasClaims(pod)) return undefined;
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
