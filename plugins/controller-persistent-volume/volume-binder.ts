// VolumeBinder: brings claims and volumes together. Each claim gets the volume that is kept for it, or else the smallest free
// one that will do; or one is made for it; claims of a class that waits for its first consumer wait for the scheduler.
//   claim   Pending > Bound > (its volume is gone: Lost)
//   volume  Available > Bound > (its claim is gone: Released, and then what its reclaim policy says)
// Always true: a volume that names a claim by uid is never given to another; the volume is written first, then the claim, so
// whoever is stopped in between goes on where he was. In Kubernetes: pkg/controller/volume/persistentvolume.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import {
  type Change,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import type { VolumeProvisioner } from '../../core/contracts/volume-provisioner.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { from, sides } from '../../core/control/sources.ts';
import { keyOf } from '../../core/model/meta.ts';
import { type PersistentVolume, PersistentVolumes } from '../../core/model/persistent-volume.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../../core/model/persistent-volume-claim.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { revise } from '../../core/model/revise.ts';
import { ApiError } from '../../core/model/status.ts';
import { classOfClaim, classOfVolume } from '../../core/model/storage.ts';
import { StorageClasses } from '../../core/model/storage-class.ts';
import { claimKeys } from '../../core/volumes/claims-of.ts';
import { isFree } from '../../core/volumes/match.ts';
import { Newest } from '../../core/volumes/newest.ts';
import { decideClaim, type News } from './decide-claim.ts';
import { decideVolume } from './decide-volume.ts';
import { InformedWorld } from './informed-world.ts';
import { Provisioning } from './provisioning.ts';
import { StorageWriter } from './storage-writer.ts';

export interface VolumeBinderOptions {
  readonly client: ApiClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly recorder: EventRecorder;
  readonly provisioners?: readonly VolumeProvisioner[];
}

/** Keys are `claim/NAMESPACE/NAME` and `volume/NAME`. */
const claimKey = (key: string): string => `claim/${key}`;
const volumeKey = (name: string): string => `volume/${name}`;

export class VolumeBinder implements Controller {
  readonly name = 'persistentvolume-binder';
  readonly #options: VolumeBinderOptions;
  #claims!: Informer<PersistentVolumeClaim>;
  #world!: InformedWorld;
  #writer!: StorageWriter;
  #provisioning!: Provisioning;

  constructor(options: VolumeBinderOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    const { client, clock, recorder, provisioners = [] } = this.#options;
    const volumes = informers.of(PersistentVolumes);
    this.#claims = informers.of(PersistentVolumeClaims);
    this.#claims.index('volume', ({ spec }) => (spec.volumeName ? [spec.volumeName] : []));
    this.#claims.index('pending', (claim) => (claim.spec.volumeName ? [] : [classOfClaim(claim) ?? '']));
    const classes = informers.of(StorageClasses);
    const pods = informers.of(Pods);
    const [newestVolumes, newestClaims] = [new Newest(volumes), new Newest(this.#claims)];
    this.#writer = new StorageWriter(client, clock, newestVolumes, newestClaims);
    this.#world = new InformedWorld(volumes, newestVolumes, classes, pods);
    this.#provisioning = new Provisioning(client, recorder, this.#writer, provisioners);
    return [
      from(this.#claims, (change) => {
        newestClaims.seen(change);
        return keysOfClaim(change);
      }),
      from(volumes, (change) => {
        newestVolumes.seen(change);
        return this.#keysOfVolume(change);
      }),
      from(classes, () => this.#pending()),
      from(pods, (change) => this.#keysOfPod(change)),
    ];
  }

  reconcile(key: string, signal: AbortSignal): Promise<Result> {
    const [kind, ...rest] = key.split('/');
    const name = rest.join('/');
    return kind === 'claim' ? this.#reconcileClaim(name, signal) : this.#reconcileVolume(name, signal);
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop();
  }

  async #reconcileClaim(key: string, signal: AbortSignal): Promise<Result> {
    const claim = this.#writer.claims.get(key);
    if (!claim) return done;
    const decision = decideClaim(claim, this.#world);
    switch (decision.do) {
      case 'bind':
        await this.#writer.bind(decision.volume, claim);
        break;
      case 'wait':
        await this.#writer.setClaimPhase(claim, 'Pending');
        this.#tell(claim, decision.news);
        break;
      case 'lose':
        if (await this.#writer.setClaimPhase(claim, 'Lost')) this.#tell(claim, decision.news);
        break;
      case 'take class': {
        const spec = revise(claim.spec, { storageClassName: decision.name });
        await this.#writer.updateClaim(claim, revise(claim, { spec }));
        break;
      }
      case 'provision': {
        const { className } = decision;
        return this.#provisioning.provision(claim, className, this.#world.storageClass(className), signal);
      }
    }
    return done;
  }

  async #reconcileVolume(name: string, signal: AbortSignal): Promise<Result> {
    const volume = this.#writer.volumes.get(name);
    if (!volume) return done;
    const { claimRef } = volume.spec;
    const key = `${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`;
    const decision = decideVolume(volume, this.#writer.claims.get(key));
    switch (decision.do) {
      case 'set phase':
        await this.#writer.setVolumePhase(volume, decision.phase);
        break;
      case 'look at claim':
        return this.#reconcileClaim(key, signal);
      case 'unbind':
        await this.#writer.unbind(volume);
        break;
      case 'release':
        return this.#release(volume, signal);
    }
    return done;
  }

  async #release(volume: PersistentVolume, signal: AbortSignal): Promise<Result> {
    const { phase } = volume.status ?? {};
    if (phase === 'Released' || phase === 'Failed') return this.#provisioning.reclaim(volume, signal);
    // The cache may not know the claim yet: nothing is given up on hearsay.
    const claim = await this.#claimOf(volume);
    if (decideVolume(volume, claim).do !== 'release') return done;
    return this.#provisioning.reclaim(await this.#writer.setVolumePhase(volume, 'Released'), signal);
  }

  async #claimOf({ spec: { claimRef } }: PersistentVolume): Promise<PersistentVolumeClaim | undefined> {
    const claims = this.#options.client.of(PersistentVolumeClaims).in(claimRef?.namespace ?? '');
    try {
      return await claims.get(claimRef?.name ?? '');
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  #tell(claim: PersistentVolumeClaim, news: News | undefined): void {
    if (news) this.#options.recorder.event(claim, news.type, news.reason, news.message);
  }

  /** The volume itself, the claims that it names or that name it, and, when it is free, whoever may want it. */
  #keysOfVolume(change: Change<PersistentVolume>): string[] {
    const { object } = change;
    const { name } = object.metadata;
    const keys = [volumeKey(name)];
    for (const { spec } of sides(change))
      if (spec?.claimRef?.name) keys.push(claimKey(`${spec.claimRef.namespace ?? ''}/${spec.claimRef.name}`));
    const named = this.#claims.by('volume', name);
    const waiting = change.type === 'apply' && isFree(object) ? this.#claims.by('pending', classOfVolume(object)) : [];
    return [...keys, ...[...named, ...waiting].map((claim) => claimKey(keyOf(claim)))];
  }

  /** Claims that have no volume yet. */
  #pending(): string[] {
    return this.#claims
      .all()
      .filter(({ spec }) => !spec.volumeName)
      .map((claim) => claimKey(keyOf(claim)));
  }

  /** A claim that waits for its pod says for which: told when the pod comes, not whenever its status changes. */
  #keysOfPod({ type, object, previous }: Change<Pod>): string[] {
    if (object.spec.nodeName || (type === 'apply' && previous)) return [];
    return claimKeys(object)
      .filter((key) => {
        const claim = this.#claims.get(key);
        return claim && !claim.spec.volumeName && this.#world.waits(classOfClaim(claim));
      })
      .map(claimKey);
  }
}

/** The claim itself, and its volume: as it is, and as it was. */
function keysOfClaim(change: Change<PersistentVolumeClaim>): string[] {
  const volumes = sides(change).flatMap(({ spec }) => (spec?.volumeName ? [volumeKey(spec.volumeName)] : []));
  return [claimKey(keyOf(change.object)), ...volumes];
}
