// Written slices: what the controller wrote, until its cache shows it. A cache that lags behind would make it write the
// same again: a second slice for pods that have one.
// In Kubernetes: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go, which lets the key wait and try again.

import type { EndpointSlice } from '../../core/model/endpoint-slice.ts';

interface Mark {
  readonly uid: string;
  /** undefined: it was deleted. */
  readonly resourceVersion: string | undefined;
}

export class WrittenSlices {
  /** By service, by name of the slice. */
  readonly #marks = new Map<string, Map<string, Mark>>();

  wrote(service: string, { metadata }: EndpointSlice): void {
    this.#marksOf(service).set(metadata.name, { uid: metadata.uid, resourceVersion: metadata.resourceVersion });
  }

  removed(service: string, { metadata }: EndpointSlice): void {
    this.#marksOf(service).set(metadata.name, { uid: metadata.uid, resourceVersion: undefined });
  }

  /** Whether the cache shows all that was written for the service. @param find looks a slice up in the cache, by name. */
  shownBy(service: string, find: (name: string) => EndpointSlice | undefined): boolean {
    const marks = this.#marks.get(service);
    for (const [name, { uid, resourceVersion }] of marks ?? []) {
      const cached = find(name)?.metadata;
      const shown =
        resourceVersion === undefined
          ? cached?.uid !== uid
          : cached !== undefined && Number(cached.resourceVersion) >= Number(resourceVersion);
      if (shown) marks?.delete(name);
    }
    if (marks?.size) return false;
    this.#marks.delete(service);
    return true;
  }

  /** The API was asked itself: this is how it stands. */
  read(service: string, slices: readonly EndpointSlice[]): void {
    this.#marks.delete(service);
    for (const slice of slices) this.wrote(service, slice);
  }

  forget(service: string): void {
    this.#marks.delete(service);
  }

  #marksOf(service: string): Map<string, Mark> {
    const marks = this.#marks.get(service) ?? new Map<string, Mark>();
    this.#marks.set(service, marks);
    return marks;
  }
}
