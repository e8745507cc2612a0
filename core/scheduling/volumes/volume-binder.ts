// Volume binder of the scheduler: makes sure that a pod has its volumes before it is bound.
//   Reserve   the volumes that the node offers are promised to the pod's claims; a node that has none is refused
//   PreBind   the promises are written (`claimRef` of volumes, the selected node of claims that need one made), and waited for
//             until the persistent volume controller has bound the claims, ten minutes at most
//   Unreserve what is not written yet is free again
// It works for every scheduler: one that has no filter for volumes learns here that its node will not do.
// Kubernetes: plugins/volumebinding/binder.go, AssumePodVolumes and BindPodVolumes.

import type { ApiClient } from '../../contracts/api-client.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { ClusterView } from '../../contracts/scheduler.ts';
import type { PreBindPlugin, ReservePlugin } from '../../contracts/scheduling-framework.ts';
import { keyOf } from '../../model/meta.ts';
import { type PersistentVolume, PersistentVolumes } from '../../model/persistent-volume.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../../model/persistent-volume-claim.ts';
import type { Pod } from '../../model/pod.ts';
import { annotations, isFullyBound } from '../../model/storage.ts';
import { annotated, volumeBoundTo } from '../../volumes/bind-to.ts';
import { selectedNode } from '../../volumes/binding-mode.ts';
import { reaches } from '../../volumes/match.ts';
import { Rejected } from '../binding-cycle.ts';
import type { AssumedStorage } from './assumed-storage.ts';
import { volumeFinderFor } from './volume-finder.ts';
import { Waiters } from './waiters.ts';

/** Longest time in milliseconds that a pod waits for its volumes; as in Kubernetes. */
const longestWait = 600_000;

/** What is promised to one pod. */
interface Promised {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: readonly PersistentVolumeClaim[];
  /** As it was before: what need not be written. */
  readonly untouched: ReadonlySet<object>;
}

export interface VolumeBinderParts {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly view: ClusterView;
  readonly assumed: AssumedStorage;
}

export class VolumeBinder implements ReservePlugin, PreBindPlugin {
  readonly name = 'VolumeBinding';
  readonly #parts: VolumeBinderParts;
  /** By uid of the pod. */
  readonly #promised = new Map<string, Promised>();
  readonly #waiters = new Waiters();

  constructor(parts: VolumeBinderParts) {
    this.#parts = parts;
  }

  reserve(pod: Pod, node: string): void {
    const { view, assumed } = this.#parts;
    const finder = volumeFinderFor(pod, view.storage);
    if (finder === undefined) return;
    if (typeof finder === 'string') throw new Rejected(finder);
    const info = view.node(node);
    const found = info && finder.find(info);
    if (!found) throw new Rejected(`node ${node} is gone`);
    if ('reasons' in found) throw new Rejected(found.reasons.join(', '));
    if (found.bindings.length + found.provisions.length === 0) return;
    const bindings = found.bindings.map(({ claim, volume }) => ({ claim, volume: volumeBoundTo(volume, claim) }));
    const provisions = found.provisions.map((claim) => annotated(claim, { [annotations.selectedNode]: node }));
    const untouched = new Set<object>([...found.bindings.map(({ volume }) => volume), ...found.provisions]);
    this.#promised.set(pod.metadata.uid, { bindings, provisions, untouched });
    for (const object of [...bindings.map(({ volume }) => volume), ...provisions])
      if (!untouched.has(object)) assumed.assume(object);
  }

  unreserve({ metadata: { uid } }: Pod): void {
    const promised = this.#promised.get(uid);
    if (!promised) return;
    this.#promised.delete(uid);
    const { bindings, provisions, untouched } = promised;
    for (const object of [...bindings.map(({ volume }) => volume), ...provisions])
      if (!untouched.has(object)) this.#parts.assumed.undo(object);
  }

  preBindPreFlight({ metadata: { uid } }: Pod): boolean {
    return this.#promised.has(uid);
  }

  async preBind(pod: Pod, node: string, signal: AbortSignal): Promise<void> {
    const promised = this.#promised.get(pod.metadata.uid);
    if (!promised) return;
    try {
      await this.#write(promised, signal);
      await this.#waiters.until(() => this.#isBound(promised, node), keysOf(promised), this.#timeOut(), signal);
      this.#promised.delete(pod.metadata.uid);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`running PreBind plugin "${this.name}": binding volumes: ${why}`);
    }
  }

  /** A claim (`namespace/name`) or a volume has changed. */
  changed(key: string): void {
    this.#waiters.look(key);
  }

  #timeOut() {
    return { clock: this.#parts.clock, atMost: longestWait };
  }

  async #write({ bindings, provisions, untouched }: Promised, signal: AbortSignal): Promise<void> {
    const { client } = this.#parts;
    for (const { volume } of bindings)
      if (!untouched.has(volume)) await client.of(PersistentVolumes).update(volume, { signal });
    for (const claim of provisions) {
      const claims = client.of(PersistentVolumeClaims).in(claim.metadata.namespace ?? '');
      if (!untouched.has(claim)) await claims.update(claim, { signal });
    }
  }

  /** Whether all claims have their volumes. @throws Error when one of them will never have */
  #isBound({ bindings, provisions }: Promised, node: string): boolean {
    const { storage } = this.#parts.view;
    for (const { volume } of bindings) {
      const now = storage.volume(volume.metadata.name);
      if (!now) throw new Error(`failed to get pv "${volume.metadata.name}" from cache`);
      if (!now.spec.claimRef?.uid) throw new Error(`ClaimRef got reset for pv "${volume.metadata.name}"`);
    }
    const claims = [...bindings.map(({ claim }) => claim), ...provisions];
    for (const { metadata } of provisions) {
      const now = storage.claim(metadata.namespace ?? '', metadata.name);
      // A provisioner that cannot serve takes the node away again.
      if (now && selectedNode(now) !== node) throw new Error(`provisioning failed for PVC "${metadata.name}"`);
    }
    return claims.every((claim) => this.#hasVolume(claim, node));
  }

  #hasVolume(claim: PersistentVolumeClaim, node: string): boolean {
    const { storage } = this.#parts.view;
    const { namespace = '', name } = claim.metadata;
    const now = storage.claim(namespace, name);
    if (!now) throw new Error(`failed to get claim "${keyOf(claim)}" from cache`);
    if (!isFullyBound(now)) return false;
    const volume = storage.volume(now.spec.volumeName ?? '');
    const info = this.#parts.view.node(node);
    if (volume && info && !reaches(volume, info))
      throw new Error(`pv "${volume.metadata.name}" node affinity doesn't match node "${node}"`);
    return volume !== undefined;
  }
}

/** Whose changes matter to a pod that waits. */
const keysOf = ({ bindings, provisions }: Promised): string[] => [
  ...bindings.flatMap(({ claim, volume }) => [keyOf(claim), volume.metadata.name]),
  ...provisions.map(keyOf),
];
