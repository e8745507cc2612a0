// Watcher index: who could want an event. Each watcher is filed in one place, by the most telling thing it asks for: a
// name, else an indexed field, else a namespace, else with those who want everything. An event is offered to the places
// that its object's (and its former object's) name, fields and namespace lead to: a few look-ups, however many watch.

import { fieldValue } from '../model/fields.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import type { CacheEvent } from './cache-event.ts';
import type { Selection } from './selection.ts';

export interface IndexedWatcher {
  readonly selection: Selection;
  offer(event: CacheEvent): void;
}

type Place = Set<IndexedWatcher>;

interface FieldIndex {
  readonly read: (object: KubeObject) => string;
  readonly places: Map<string, Place>;
}

export class WatcherIndex {
  readonly #all: Place = new Set();
  readonly #byNamespace = new Map<string, Place>();
  readonly #byName = new Map<string, Place>();
  readonly #byField = new Map<string, FieldIndex>();

  constructor(resource: Resource) {
    for (const field of resource.indexed ?? []) {
      this.#byField.set(field, { read: (object) => fieldValue(resource, object, field), places: new Map() });
    }
  }

  /** Files the watcher; the answer takes it out again. */
  add(watcher: IndexedWatcher): () => void {
    const { name, indexed, namespace } = watcher.selection;
    if (name !== undefined) return file(this.#byName, name, watcher);
    const field = indexed && this.#byField.get(indexed.field);
    if (field) return file(field.places, indexed.value, watcher);
    if (namespace !== undefined) return file(this.#byNamespace, namespace, watcher);
    this.#all.add(watcher);
    return () => this.#all.delete(watcher);
  }

  *[Symbol.iterator](): Generator<IndexedWatcher> {
    yield* this.#all;
    for (const places of [
      this.#byNamespace,
      this.#byName,
      ...[...this.#byField.values()].map((field) => field.places),
    ]) {
      for (const place of places.values()) yield* place;
    }
  }

  /** Offers the event to everyone it can concern, to each once. */
  offer(event: CacheEvent): void {
    const { object, previous } = event;
    const either = object ?? previous;
    if (!either) return;
    offerTo(this.#all, event);
    if (this.#byNamespace.size > 0) offerTo(this.#byNamespace.get(either.metadata.namespace ?? ''), event);
    if (this.#byName.size > 0) offerTo(this.#byName.get(either.metadata.name), event);
    for (const { read, places } of this.#byField.values()) {
      if (places.size === 0) continue;
      const now = object && read(object);
      const before = previous && read(previous);
      if (now !== undefined) offerTo(places.get(now), event);
      if (before !== undefined && before !== now) offerTo(places.get(before), event);
    }
  }
}

function offerTo(place: Place | undefined, event: CacheEvent): void {
  if (place) for (const watcher of place) watcher.offer(event);
}

function file(places: Map<string, Place>, value: string, watcher: IndexedWatcher): () => void {
  let place = places.get(value);
  if (!place) {
    place = new Set();
    places.set(value, place);
  }
  place.add(watcher);
  return () => {
    place.delete(watcher);
    if (place.size === 0 && places.get(value) === place) places.delete(value);
  };
}
