// History: every change of the store, in the order of revisions, from its first: what happened, as opposed to what anybody
// believes. Its hash is the same wherever the same scenario is lived through with the same seed.
//   const history = new History(clock, createHash('sha256'));
//   createCluster({ plugins: [history.follow(storeMemory()), ...] });
//   history.each((change) => ...);
//   history.end();   history.hash
// The hash is of this text, a line a change: REVISION TIME KEY VALUE, the time in milliseconds since the beginning, the value
// canonical (canonical.ts), or - for a deletion.

import type { ConfiguredPlugin } from '../cluster/plugin.ts';
import type { Clock } from '../contracts/clock.ts';
import { type Revision, Store, type StoreEvent } from '../contracts/store.ts';
import { canonicalText } from './canonical.ts';

export interface Change {
  readonly revision: Revision;
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly key: string;
  /** Undefined: deleted. */
  readonly value: object | undefined;
  readonly previous: object | undefined;
}

/** A SHA-256 under way. Node.js' `createHash('sha256')` is one; a browser brings its own. */
export interface Digest {
  update(text: string): unknown;
  digest(encoding: 'hex'): string;
}

/** Characters that are hashed in one go. */
const atOnce = 65_536;

/** The text of many changes, and its hash. */
export class HistoryHash {
  readonly #digest: Digest;
  #text = '';

  constructor(digest: Digest) {
    this.#digest = digest;
  }

  add({ revision, at, key, value }: Omit<Change, 'previous'>): void {
    this.#text += `${revision} ${at} ${key} ${value === undefined ? '-' : canonicalText(value)}\n`;
    if (this.#text.length >= atOnce) this.#flush();
  }

  /** Once. */
  end(): string {
    this.#flush();
    return this.#digest.digest('hex');
  }

  #flush(): void {
    this.#digest.update(this.#text);
    this.#text = '';
  }
}

export class History {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #began: number;
  readonly #sum: HistoryHash;
  readonly #listeners: ((change: Change) => void)[] = [];
  #subscription: { unsubscribe(): void } | undefined;
  #changes = 0;
  #hash = '';

  /** Time 0 is the clock's at this moment. */
  constructor(clock: Pick<Clock, 'now'>, digest: Digest) {
    this.#clock = clock;
    this.#began = clock.now();
    this.#sum = new HistoryHash(digest);
  }

  get changes(): number {
    return this.#changes;
  }

  /** SHA-256, 64 hexadecimal digits; '' before the end. */
  get hash(): string {
    return this.#hash;
  }

  /** From now on called with each change, after the store has made it. */
  each(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** The same plugin, whose store is followed from its first change. */
  follow(plugin: ConfiguredPlugin): ConfiguredPlugin {
    const { definition } = plugin;
    return {
      ...plugin,
      definition: {
        ...definition,
        bind: (container, options) => {
          container.onActivation(Store, (_, store) => {
            this.#subscription = store.watch('', { after: 1 }).subscribe((event) => this.#take(event));
            return store;
          });
          definition.bind(container, options);
        },
      },
    };
  }

  /** What comes after is no part of it. */
  end(): void {
    if (this.#hash !== '') return;
    this.#subscription?.unsubscribe();
    this.#hash = this.#sum.end();
  }

  #take(event: StoreEvent): void {
    if (event.type === 'progress') return;
    const change: Change = {
      revision: event.revision,
      at: this.#clock.now() - this.#began,
      key: event.type === 'put' ? event.stored.key : event.key,
      value: event.type === 'put' ? event.stored.value : undefined,
      previous: event.previous?.value,
    };
    this.#changes += 1;
    this.#sum.add(change);
    for (const listener of this.#listeners) listener(change);
  }
}
