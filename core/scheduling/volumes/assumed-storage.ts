// Assumed storage: claims and volumes in the scheduler's view, with what it has promised and the API does not know yet.
//   assume(object)    from now on it counts as if it were written so
//   undo(object)      it counts again as the API has it
// Always true: what the API says later than the promise was made counts more than the promise.
// Kubernetes: AssumeCache of pkg/scheduler/util/assumecache.

import type { Change } from '../../contracts/controller.ts';
import { keyOf } from '../../model/meta.ts';
import type { PersistentVolume } from '../../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../model/persistent-volume-claim.ts';
import { isOlder } from '../../volumes/newest.ts';
import type { StorageTables } from './storage-tables.ts';

type Stored = PersistentVolume | PersistentVolumeClaim;

export class AssumedStorage {
  readonly #tables: StorageTables;
  /** As the API has those of which something is assumed, by kind and key. */
  readonly #actual = new Map<string, Stored>();

  constructor(tables: StorageTables) {
    this.#tables = tables;
  }

  /** The API has told of a change. */
  told({ type, object }: Change<PersistentVolume> | Change<PersistentVolumeClaim>): void {
    const assumed = this.#actual.get(idOf(object));
    // The very state that the promise was made from may be told again.
    if (type === 'apply' && assumed && !isOlder(assumed, object)) return;
    this.#actual.delete(idOf(object));
    this.#set(object, type === 'delete');
  }

  assume(object: Stored): void {
    const id = idOf(object);
    const now = this.#now(object);
    if (now && !this.#actual.has(id)) this.#actual.set(id, now);
    this.#set(object, false);
  }

  undo(object: Stored): void {
    const id = idOf(object);
    const actual = this.#actual.get(id);
    if (!actual) return;
    this.#actual.delete(id);
    this.#set(actual, false);
  }

  #now(object: Stored): Stored | undefined {
    const { namespace = '', name } = object.metadata;
    return isVolume(object) ? this.#tables.volume(name) : this.#tables.claim(namespace, name);
  }

  #set(object: Stored, isGone: boolean): void {
    const key = keyOf(object);
    if (isVolume(object)) this.#tables.setVolume(key, isGone ? undefined : object);
    else this.#tables.setClaim(key, isGone ? undefined : object);
  }
}

/** Volumes are in no namespace. */
const isVolume = (object: Stored): object is PersistentVolume => !object.metadata.namespace;

const idOf = (object: Stored): string => `${isVolume(object) ? 'volume' : 'claim'} ${keyOf(object)}`;
