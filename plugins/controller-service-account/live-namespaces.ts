// Live namespaces: those in which something can still be created.

import type { ResourceClient } from '../../core/contracts/api-client.ts';
import type { Informer, Informers, Source } from '../../core/contracts/controller.ts';
import { from, itself } from '../../core/control/sources.ts';
import type { Draft, KubeObject } from '../../core/model/meta.ts';
import { type Namespace, Namespaces } from '../../core/model/namespace.ts';
import { ApiError } from '../../core/model/status.ts';

export class LiveNamespaces {
  readonly source: Source;
  readonly #namespaces: Informer<Namespace>;

  constructor(informers: Informers) {
    this.#namespaces = informers.of(Namespaces);
    this.source = from(this.#namespaces, itself);
  }

  has(name: string): boolean {
    const namespace = this.#namespaces.get(name);
    if (!namespace) return false;
    return namespace.metadata.deletionTimestamp === undefined && namespace.status?.phase !== 'Terminating';
  }
}

/** Creates the object. That it is there already, or that its namespace is going away, is as good. */
export async function createUnlessThere<T extends KubeObject>(
  client: ResourceClient<T>,
  object: Draft<T>,
): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const causes = error.status.details?.causes ?? [];
    const ending = error.code === 403 && causes.some(({ reason }) => reason === 'NamespaceTerminating');
    if (error.reason !== 'AlreadyExists' && error.code !== 404 && !ending) throw error;
  }
}
