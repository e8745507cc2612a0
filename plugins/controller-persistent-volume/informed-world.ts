// The world that the binder decides by, as the informers show it and its own writes have changed it.

import type { Informer } from '../../core/contracts/controller.ts';
import { keyOf } from '../../core/model/meta.ts';
import type { PersistentVolume } from '../../core/model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../core/model/persistent-volume-claim.ts';
import type { Pod } from '../../core/model/pod.ts';
import { classOfClaim, classOfVolume, defaultClassOf } from '../../core/model/storage.ts';
import type { StorageClass } from '../../core/model/storage-class.ts';
import { waitsForConsumer } from '../../core/volumes/binding-mode.ts';
import { claimKeys } from '../../core/volumes/claims-of.ts';
import { bySize, isFree, keptFor, willDoFor } from '../../core/volumes/match.ts';
import type { Newest } from '../../core/volumes/newest.ts';
import type { StorageWorld } from './decide-claim.ts';

export class InformedWorld implements StorageWorld {
  readonly #volumes: Newest<PersistentVolume>;
  readonly #classes: Informer<StorageClass>;
  readonly #pods: Informer<Pod>;

  constructor(
    informer: Informer<PersistentVolume>,
    volumes: Newest<PersistentVolume>,
    classes: Informer<StorageClass>,
    pods: Informer<Pod>,
  ) {
    this.#volumes = volumes;
    this.#classes = classes;
    this.#pods = pods;
    informer.index('class', (volume) => [classOfVolume(volume)]);
    informer.index('claim', ({ spec }) =>
      spec.claimRef?.name ? [`${spec.claimRef.namespace ?? ''}/${spec.claimRef.name}`] : [],
    );
    pods.index('claim', claimKeys);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.#volumes.get(name);
  }

  keptFor(claim: PersistentVolumeClaim): PersistentVolume | undefined {
    return keptFor(claim, this.#volumes.by('claim', keyOf(claim)));
  }

  freeFor(claim: PersistentVolumeClaim): PersistentVolume | undefined {
    const willDo = willDoFor(claim);
    let best: PersistentVolume | undefined;
    for (const volume of this.#volumes.by('class', classOfClaim(claim) ?? ''))
      if (isFree(volume) && willDo(volume) && (!best || isBetter(volume, best))) best = volume;
    return best;
  }

  storageClass(name: string): StorageClass | undefined {
    return this.#classes.get(name);
  }

  defaultClass(): StorageClass | undefined {
    return defaultClassOf(this.#classes.all());
  }

  /** Whether claims of the class wait for a pod. */
  waits(className: string | undefined): boolean {
    return className !== undefined && waitsForConsumer(this.#classes.get(className));
  }

  waitingPods(claim: PersistentVolumeClaim): readonly string[] {
    return this.#pods
      .by('claim', keyOf(claim))
      .filter(({ spec, status }) => !spec.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
      .map(({ metadata }) => metadata.name)
      .sort();
  }
}

/** Who offers fewer ways to mount it goes first: the others may be needed by those who want more. Then the smaller one. */
function isBetter(volume: PersistentVolume, than: PersistentVolume): boolean {
  const modes = ({ spec }: PersistentVolume) => spec.accessModes?.length ?? 0;
  return (modes(volume) - modes(than) || bySize(volume, than)) < 0;
}
