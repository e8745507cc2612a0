// What clients of a cluster see while its store is swapped under them: writers that write and delete without a pause, one that
// watches everything, one that watches a part, and one that stops and goes on where it was. A client that is told
// Compacted lists again, as every informer does.
//   describeSwaps({ memory: ..., lmdb: ... }, [['memory', 'lmdb'], ['lmdb', 'memory']]);

import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import { Compacted, type Revision, type Store, type StoreEvent } from '../contracts/store.ts';
import { RealClock } from '../time/real-clock.ts';
import { nextTurn } from '../time/turn.ts';
import { ExchangeableStore } from './exchangeable-store.ts';

const writers = 4;
/** Writes that are answered before the swap at least, and after it. */
const writes = 60;
/** Milliseconds for a watcher to be shown everything. */
const patience = 15_000;
const clock = new RealClock();

export interface SwapOptions {
  /** Stores that number by themselves: those who watch are sent back to list. */
  readonly numbersAnew?: readonly string[];
}

export function describeSwaps(
  stores: Readonly<Record<string, () => Store>>,
  pairs: readonly (readonly [from: string, to: string])[],
  { numbersAnew = [] }: SwapOptions = {},
): void {
  for (const [from, to] of pairs) {
    const isAnew = numbersAnew.includes(to);
    const watchers = isAnew ? 'watchers list again' : 'watchers go on without gap or repeat';
    it(`${from} to ${to} under writers: no answered write is lost, ${watchers}`, async () => {
      const store = new ExchangeableStore(stores[from]!());
      const all = new Client(store, '/');
      const clients = [all, new Client(store, '/registry/1/'), new Client(store, '/', { pauses: true })];
      try {
        for (const client of clients) await client.list();
        const writing = new Writing(store);
        await until(() => writing.answered >= writes);
        const before = writing.answered;
        await store.exchange(stores[to]!());
        const moved = writing.answered;
        await until(() => writing.answered >= moved + writes);
        await writing.stop();
        expect(before).to.be.at.least(writes);

        const { items, revision } = await store.list('/');
        expect(new Map(items.map(({ key, value }) => [key, value]))).to.deep.equal(writing.standing);
        expect(new Set(writing.revisions).size).to.equal(writing.revisions.length);
        for (const client of clients) {
          const now = items.filter(({ key }) => key.startsWith(client.prefix));
          await until(() => client.shows(new Map(now.map(({ key, modRevision }) => [key, modRevision]))));
          expect(client.lists).to.equal(isAnew ? 2 : 1);
          expect(client.wrong).to.deep.equal([]);
        }
        // Every number from the first list on, each once.
        const expected = Array.from({ length: revision - all.start }, (_, at) => all.start + 1 + at);
        if (!isAnew) expect(all.seen).to.deep.equal(expected);
      } finally {
        for (const client of clients) client.stop();
        await store.close();
      }
    });
  }
}

/** Writers, each with keys of its own: what they were answered is the truth. */
class Writing {
  readonly standing = new Map<string, object>();
  /** Of every put that was answered. */
  readonly revisions: Revision[] = [];
  answered = 0;
  readonly #store: Store;
  readonly #writers: readonly Promise<void>[];
  #stopped = false;

  constructor(store: Store) {
    this.#store = store;
    this.#writers = Array.from({ length: writers }, (_, name) => this.#write(name));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writers);
  }

  async #write(name: number): Promise<void> {
    for (let n = 0; !this.#stopped; n += 1) {
      const key = `/registry/${name}/${n % 5}`;
      if (n % 7 === 6 && this.standing.has(key)) {
        await this.#store.delete(key);
        this.standing.delete(key);
      } else {
        const value = { n };
        this.revisions.push((await this.#store.put(key, value)).modRevision);
        this.standing.set(key, value);
      }
      this.answered += 1;
      if (n % 3 === 0) await nextTurn();
    }
  }
}

/** Lists, and watches from there. */
class Client {
  readonly prefix: string;
  lists = 0;
  /** Where its first list was. */
  start: Revision = 0;
  /** Revisions of the changes that it was shown. */
  readonly seen: Revision[] = [];
  /** What should not have been. */
  readonly wrong: string[] = [];
  readonly #store: Store;
  readonly #pauses: boolean;
  readonly #state = new Map<string, Revision>();
  #last: Revision = 0;
  #watching: Subscription | undefined;

  constructor(store: Store, prefix: string, { pauses = false }: { readonly pauses?: boolean } = {}) {
    this.#store = store;
    this.prefix = prefix;
    this.#pauses = pauses;
  }

  async list(): Promise<void> {
    const { items, revision } = await this.#store.list(this.prefix);
    if (revision < this.#last) this.wrong.push(`a list at ${revision} after ${this.#last}`);
    if (this.lists === 0) this.start = revision;
    this.lists += 1;
    this.#state.clear();
    for (const { key, modRevision } of items) this.#state.set(key, modRevision);
    this.#last = revision;
    this.#watch();
  }

  shows(wanted: ReadonlyMap<string, Revision>): boolean {
    const mine = [...this.#state].map(([key, revision]) => `${key} ${revision}`).sort();
    const theirs = [...wanted].map(([key, revision]) => `${key} ${revision}`).sort();
    return mine.join() === theirs.join();
  }

  stop(): void {
    this.#watching?.unsubscribe();
  }

  #watch(): void {
    this.#watching = this.#store.watch(this.prefix, { after: this.#last }).subscribe({
      next: (event) => this.#hear(event),
      error: (error) => {
        if (error instanceof Compacted) void this.list();
        else this.wrong.push(String(error));
      },
    });
  }

  #hear(event: StoreEvent): void {
    if (event.type === 'progress') {
      this.#last = Math.max(this.#last, event.revision);
      return;
    }
    const { revision } = event;
    if (revision <= this.#last) this.wrong.push(`${revision} after ${this.#last}`);
    const key = event.type === 'put' ? event.stored.key : event.key;
    const before = event.previous?.modRevision;
    if (before !== this.#state.get(key))
      this.wrong.push(`${key} at ${revision} follows ${before}, not ${this.#state.get(key)}`);
    if (event.type === 'put') this.#state.set(key, revision);
    else this.#state.delete(key);
    this.#last = revision;
    this.seen.push(revision);
    if (!this.#pauses || this.seen.length % 11 !== 0) return;
    this.stop();
    void nextTurn().then(() => this.#watch());
  }
}

async function until(holds: () => boolean): Promise<void> {
  const end = clock.now() + patience;
  while (!holds()) {
    if (clock.now() > end) throw new Error(`not within ${patience / 1000} s: ${holds}`);
    await clock.sleep(2);
  }
}
