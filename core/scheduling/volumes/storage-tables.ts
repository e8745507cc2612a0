// Storage tables: claims, volumes and storage classes as the scheduler sees them: as the API has them, and with what it has
// promised to pods that are on their way (assumed-storage.ts).
// Always true: the indexes agree with the tables; every change of a table goes through `enter`, so it is journalled.

import type { StorageView } from '../../contracts/scheduler.ts';
import { keyOf } from '../../model/meta.ts';
import type { PersistentVolume } from '../../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../model/persistent-volume-claim.ts';
import { classOfVolume } from '../../model/storage.ts';
import type { StorageClass } from '../../model/storage-class.ts';
import { isFree, type VolumeSite } from '../../volumes/match.ts';
import type { TableName, Tables } from '../contents.ts';
import { FreeVolumes } from './free-volumes.ts';

type Stored = Pick<Tables, 'claims' | 'volumes' | 'classes'>;
type Enter = (table: TableName, key: string, value: unknown) => void;

export class StorageTables implements StorageView {
  version = 0;
  readonly #tables: Stored;
  readonly #enter: Enter;
  /** By class. */
  readonly #free = new Map<string, FreeVolumes>();
  /** By key of the claim that the volume names. */
  readonly #byClaim = new Index();

  constructor(tables: Stored, enter: Enter) {
    this.#tables = tables;
    this.#enter = enter;
  }

  /** Takes over what was kept of another one. */
  fill({ claims, volumes, classes }: Stored): void {
    for (const [key, claim] of claims) this.setClaim(key, claim);
    for (const [name, volume] of volumes) this.setVolume(name, volume);
    for (const [name, storageClass] of classes) this.setStorageClass(name, storageClass);
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.#tables.claims.get(`${namespace}/${name}`);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.#tables.volumes.get(name);
  }

  storageClass(name: string): StorageClass | undefined {
    return this.#tables.classes.get(name);
  }

  freeVolumes(storageClass: string, node: VolumeSite): readonly PersistentVolume[] {
    return this.#free.get(storageClass)?.near(node) ?? none;
  }

  volumesNaming(claim: PersistentVolumeClaim): readonly PersistentVolume[] {
    return [...this.#byClaim.of(keyOf(claim))].map((name) => this.#tables.volumes.get(name)!);
  }

  /** Undefined: it is gone. */
  setClaim(key: string, claim: PersistentVolumeClaim | undefined): void {
    this.version += 1;
    this.#enter('claims', key, claim);
  }

  /** Undefined: it is gone. */
  setVolume(name: string, volume: PersistentVolume | undefined): void {
    this.version += 1;
    const before = this.volume(name);
    this.#enter('volumes', name, volume);
    if (before && isFree(before)) this.#freeOf(before).remove(before);
    if (volume && isFree(volume)) this.#freeOf(volume).add(volume);
    this.#byClaim.move(name, before && claimOf(before), volume && claimOf(volume));
  }

  /** Undefined: it is gone. */
  setStorageClass(name: string, storageClass: StorageClass | undefined): void {
    this.version += 1;
    this.#enter('classes', name, storageClass);
  }

  #freeOf(volume: PersistentVolume): FreeVolumes {
    const name = classOfVolume(volume);
    const free = this.#free.get(name) ?? new FreeVolumes();
    this.#free.set(name, free);
    return free;
  }
}

const none: readonly PersistentVolume[] = [];

const claimOf = ({ spec: { claimRef } }: PersistentVolume): string | undefined =>
  claimRef && `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`;

const nobody: ReadonlySet<string> = new Set();

/** Names by a value that they have. */
class Index {
  readonly #names = new Map<string, Set<string>>();

  of(value: string): ReadonlySet<string> {
    return this.#names.get(value) ?? nobody;
  }

  move(name: string, from: string | undefined, to: string | undefined): void {
    if (from === to) return;
    const left = this.#names.get(from ?? '');
    if (from !== undefined && left?.delete(name) && left.size === 0) this.#names.delete(from);
    if (to === undefined) return;
    const names = this.#names.get(to) ?? new Set();
    this.#names.set(to, names.add(name));
  }
}
