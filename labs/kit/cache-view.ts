// Cache view: what the part's informers held, compared with the truth. A part that acts on a stale cache does what was
// right a moment ago; which objects it lacked is what the message about it must say.

import type { Informer, InformerOptions, Informers } from '../../core/contracts/controller.ts';
import { type KubeObject, keyOf } from '../../core/model/meta.ts';
import type { ResourceHandle } from '../../core/model/resource.ts';
import { type History, named } from './history.ts';

interface Watched {
  readonly resource: ResourceHandle;
  readonly informer: Informer;
  readonly namespace: string | undefined;
}

export class CacheView {
  readonly #history: Pick<History, 'list'>;
  #watched: Watched[] = [];

  constructor(history: Pick<History, 'list'>) {
    this.#history = history;
  }

  /** The same informers, remembered. A cache of a selection is left alone: what it leaves out is not lacking. */
  remembering(informers: Informers): Informers {
    const watched: Watched[] = [];
    this.#watched = watched;
    return {
      of<T extends KubeObject>(resource: ResourceHandle<T>, options?: InformerOptions<T>): Informer<T> {
        const informer = informers.of(resource, options);
        const isWhole = options?.labelSelector === undefined && options?.fieldSelector === undefined;
        if (isWhole && !watched.some((known) => known.informer === (informer as unknown))) {
          watched.push({
            resource: resource as ResourceHandle,
            informer: informer as unknown as Informer,
            namespace: options?.namespace,
          });
        }
        return informer;
      },
    };
  }

  /** Objects that exist and that no cache of their kind shows: `Pod default/web-3`. */
  lacked(): string[] {
    return this.#watched.flatMap(({ resource, informer, namespace }) =>
      this.#history
        .list(resource, namespace)
        .filter((object) => informer.get(keyOf(object)) === undefined)
        .map((object) => named(resource.kind, keyOf(object))),
    );
  }
}
