// Store mirror: what a part of the API server keeps at hand of one kind, as the store has it: filled when it is first
// asked for, kept up to date by one watch. For parts that are asked before every request (authorizers) and must not ask
// the store each time.
//   const pods = new StoreMirror(store, Pods, { changed: (now, before) => ..., cleared: () => ... });
//   const filling = pods.ready();  if (filling) await filling;
// Always true: `changed` is called once for each change, in the store's order. When the watch breaks or the store closes,
//   what was known is cleared; who asks next fills it anew. There is nothing to stop: the watch ends with its store.

import type { Store } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { prefixOf } from './keys.ts';

export interface MirrorListener<T> {
  /** Either is undefined where the object is not there. */
  changed(now: T | undefined, before: T | undefined): void;
  /** Everything that was told before counts no more. */
  cleared(): void;
}

export class StoreMirror<T extends KubeObject> {
  readonly #store: Pick<Store, 'list' | 'watch'>;
  readonly #prefix: string;
  readonly #listener: MirrorListener<T>;
  #filling: Promise<void> | undefined;
  #filled = false;

  constructor(store: Pick<Store, 'list' | 'watch'>, resource: Resource<T>, listener: MirrorListener<T>) {
    this.#store = store;
    this.#prefix = prefixOf(resource as Resource);
    this.#listener = listener;
  }

  /** Undefined when it is filled; else wait for it. */
  ready(): Promise<void> | undefined {
    if (this.#filled) return undefined;
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  async #fill(): Promise<void> {
    try {
      const { items, revision } = await this.#store.list(this.#prefix);
      for (const { value } of items) this.#listener.changed(value as T, undefined);
      this.#filled = true;
      this.#store.watch(this.#prefix, { after: revision }).subscribe({
        next: (event) => {
          if (event.type === 'progress') return;
          const now = event.type === 'put' ? (event.stored.value as T) : undefined;
          this.#listener.changed(now, event.previous?.value as T | undefined);
        },
        error: () => this.#forget(),
        complete: () => this.#forget(),
      });
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#filled = false;
    this.#filling = undefined;
    this.#listener.cleared();
  }
}
