// VolumeProtection: a volume that is deleted while a claim has it stays, Terminating, until it is Bound no more.
// In Kubernetes: pkg/controller/volume/pvprotection.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import {
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, itself } from '../../core/control/sources.ts';
import { type PersistentVolume, PersistentVolumes } from '../../core/model/persistent-volume.ts';
import { volumeProtection } from '../../core/model/storage.ts';
import { finalizersAfter } from './finalizers.ts';

export class VolumeProtection implements Controller {
  readonly name = 'persistentvolume-protection';
  readonly #client: ApiClient;
  #volumes!: Informer<PersistentVolume>;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  sources(informers: Informers): readonly Source[] {
    this.#volumes = informers.of(PersistentVolumes);
    return [from(this.#volumes, itself)];
  }

  async reconcile(name: string): Promise<Result> {
    const volume = this.#volumes.get(name);
    const finalizers = volume && finalizersAfter(volume, volumeProtection, volume.status?.phase === 'Bound');
    if (!finalizers) return done;
    const volumes = this.#client.of(PersistentVolumes);
    await volumes.update({ ...volume, metadata: { ...volume.metadata, finalizers } });
    return done;
  }
}
