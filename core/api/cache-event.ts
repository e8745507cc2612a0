// One change of a kind as the watch cache hands it round: the object, and what it was before. What a watcher is told
// depends on whether its selection matches the one, the other or both; each telling is made once and shared.
//   matches now, did not before   ADDED
//   matches now and before        MODIFIED
//   matched before, not now       DELETED, with what it was before, at the revision of this change

import type { ApiEvent } from '../contracts/api-client.ts';
import type { Revision, StoreEvent } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import { stamp, stampAt } from './revision.ts';
import type { Selection } from './selection.ts';

export class CacheEvent {
  readonly revision: Revision;
  /** As it is now; undefined once deleted. */
  readonly object: KubeObject | undefined;
  /** As it was; undefined when it is new. */
  readonly previous: KubeObject | undefined;
  #added: ApiEvent | undefined;
  #modified: ApiEvent | undefined;
  #deleted: ApiEvent | undefined;

  constructor(revision: Revision, object: KubeObject | undefined, previous: KubeObject | undefined) {
    this.revision = revision;
    this.object = object;
    this.previous = previous;
  }

  /** @param previous the object as it was, if somebody has it stamped already. */
  static from(event: Exclude<StoreEvent, { type: 'progress' }>, previous?: KubeObject): CacheEvent {
    const was = previous ?? (event.previous && stamp(event.previous));
    return new CacheEvent(event.revision, event.type === 'put' ? stamp(event.stored) : undefined, was);
  }

  /** What a watcher with the selection is told; undefined: nothing. */
  for(selection: Selection): ApiEvent | undefined {
    const { object, previous } = this;
    const is = object !== undefined && selection.matches(object);
    const was = previous !== undefined && selection.matches(previous);
    if (is && was) {
      this.#modified ??= { type: 'MODIFIED', object };
      return this.#modified;
    }
    if (is) {
      this.#added ??= { type: 'ADDED', object };
      return this.#added;
    }
    if (was) {
      this.#deleted ??= { type: 'DELETED', object: stampAt(previous, this.revision) };
      return this.#deleted;
    }
    return undefined;
  }
}
