// Writes what the binder has decided, and remembers it until the caches show it.
// Always true: what is there already is not written again; nothing is written over what somebody else wrote meanwhile (the
// API refuses it with a conflict, and the key is looked at again).

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import { equal } from '../../core/model/equal.ts';
import { type PersistentVolume, PersistentVolumes } from '../../core/model/persistent-volume.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { claimBoundTo, volumeBoundTo, volumeUnbound } from '../../core/volumes/bind-to.ts';
import type { Newest } from '../../core/volumes/newest.ts';

export class StorageWriter {
  readonly #client: ApiClient;
  readonly #clock: Pick<Clock, 'now'>;
  readonly volumes: Newest<PersistentVolume>;
  readonly claims: Newest<PersistentVolumeClaim>;

  constructor(
    client: ApiClient,
    clock: Pick<Clock, 'now'>,
    volumes: Newest<PersistentVolume>,
    claims: Newest<PersistentVolumeClaim>,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.volumes = volumes;
    this.claims = claims;
  }

  /** All four steps of a binding, as far as they are not made yet. @throws ApiError */
  async bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
    const taken = await this.updateVolume(volume, volumeBoundTo(volume, claim));
    const bound = await this.setVolumePhase(taken, 'Bound');
    const told = await this.updateClaim(claim, claimBoundTo(claim, bound));
    const { accessModes, capacity } = bound.spec;
    // In real Kubernetes the capacity of a claim that grew comes from whoever has resized its volume.
    await this.#setClaimStatus(told, {
      phase: 'Bound',
      ...(accessModes && { accessModes }),
      ...(capacity && { capacity }),
    });
  }

  /** @throws ApiError */
  async unbind(volume: PersistentVolume): Promise<void> {
    await this.setVolumePhase(await this.updateVolume(volume, volumeUnbound(volume)), 'Available');
  }

  /** Gives whether it was in another phase. @throws ApiError */
  async setClaimPhase(claim: PersistentVolumeClaim, phase: 'Pending' | 'Lost'): Promise<boolean> {
    const { conditions } = claim.status ?? {};
    return this.#setClaimStatus(claim, { phase, ...(conditions && { conditions }) });
  }

  /** @throws ApiError */
  async setVolumePhase(volume: PersistentVolume, phase: string, message?: string): Promise<PersistentVolume> {
    const { status } = volume;
    if (status?.phase === phase && status.message === message) return volume;
    const lastPhaseTransitionTime = status?.phase === phase ? status.lastPhaseTransitionTime : timestamp(this.#clock);
    const next = {
      phase,
      ...(message !== undefined && { message }),
      ...(lastPhaseTransitionTime && { lastPhaseTransitionTime }),
    };
    const volumes = this.#client.of(PersistentVolumes);
    return this.volumes.wrote(await volumes.status.update({ ...volume, status: next }));
  }

  /** @throws ApiError */
  async updateVolume(now: PersistentVolume, next: PersistentVolume): Promise<PersistentVolume> {
    if (next === now) return now;
    return this.volumes.wrote(await this.#client.of(PersistentVolumes).update(next));
  }

  /** @throws ApiError */
  async updateClaim(now: PersistentVolumeClaim, next: PersistentVolumeClaim): Promise<PersistentVolumeClaim> {
    if (next === now) return now;
    return this.claims.wrote(await this.#claimsOf(next).update(next));
  }

  async #setClaimStatus(
    claim: PersistentVolumeClaim,
    status: NonNullable<PersistentVolumeClaim['status']>,
  ): Promise<boolean> {
    if (equal(claim.status, status)) return false;
    this.claims.wrote(await this.#claimsOf(claim).status.update({ ...claim, status }));
    return claim.status?.phase !== status.phase;
  }

  #claimsOf({ metadata }: PersistentVolumeClaim) {
    return this.#client.of(PersistentVolumeClaims).in(metadata.namespace ?? '');
  }
}
