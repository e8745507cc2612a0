// SharedInformers: the informers of one component. Whoever asks for the same kind and selection gets the same one, so
// ten controllers that look at pods cost one watch and one cache.

import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Informer, InformerOptions, Informers } from '../contracts/controller.ts';
import type { Random } from '../contracts/random.ts';
import type { KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { InformerCache } from './informer-cache.ts';

export class SharedInformers implements Informers {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #onTrouble: ((error: unknown) => void) | undefined;
  readonly #informers = new Map<string, InformerCache<KubeObject>>();
  #stopped = false;

  /** @param onTrouble is told of each failed list or watch, before it is tried again. */
  constructor(client: ApiClient, clock: Clock, random: Random, onTrouble?: (error: unknown) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#random = random;
    this.#onTrouble = onTrouble;
  }

  of<T extends KubeObject>(resource: ResourceHandle<T>, options: InformerOptions<T> = {}): Informer<T> {
    if (this.#stopped) throw new Error(`the informers are stopped; nothing watches ${resource.plural} any more`);
    const { indexes = {}, ...selection } = options;
    const key = identityOf(resource, options);
    let informer = this.#informers.get(key) as InformerCache<T> | undefined;
    if (!informer) {
      const trouble = this.#onTrouble && { onTrouble: this.#onTrouble };
      const random = this.#random.fork(key);
      informer = new InformerCache(this.#client, resource, { ...selection, ...trouble }, this.#clock, random);
      this.#informers.set(key, informer as unknown as InformerCache<KubeObject>);
      informer.start();
    }
    for (const [name, indexer] of Object.entries(indexes)) informer.index(name, indexer);
    return informer;
  }

  /** Resolves when every informer asked for so far has its first list. */
  async whenSynced(signal?: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.whenSynced(signal)));
  }

  /** Ends all watches. Doing it twice is doing it once. */
  stop(): void {
    this.#stopped = true;
    for (const informer of this.#informers.values()) informer.stop();
    this.#informers.clear();
  }
}

const identityOf = <T extends KubeObject>(resource: ResourceHandle<T>, options: InformerOptions<T>): string =>
  [
    resource.group,
    resource.version,
    resource.plural,
    options.namespace ?? '*',
    options.labelSelector ?? '',
    options.fieldSelector ?? '',
  ].join('|');
