// Event log: the changes of a store in order, and the one place that delivers them. What a store of this process builds on.
//
//   append(event)                 a write: puts the change at the end; says nothing to anybody yet
//   observe(prefix, after)        a watch: what came after that revision, then what comes
//   forget(before)                compaction
//
// Why a loop of its own: if a write called its watchers, a watcher that writes would make later watchers see the second
// change before the first. Here a write only appends; one loop, on a later microtask, walks the log and calls.
// An empty log stands at revision 1, as etcd does: 0 is no revision (clients mean "whatever there is" by it).
// A store that keeps its changes on disk tells the log where to find them (`History`): the log then keeps only the latest.
// Always true: the log holds consecutive revisions (#first, #first + 1, ...), so a revision is an index; each watcher
//   has seen a beginning of the log, without gaps; nobody is called from inside a write.

import { Observable, type Subscriber } from 'rxjs';
import { Compacted, type Revision, type StoreEvent } from '../contracts/store.ts';

/** A watcher that hears nothing for about so many revisions is told that it missed nothing. */
const progressEvery = 128;

export type Change = Exclude<StoreEvent, { type: 'progress' }>;

/** Changes that are older than what the log keeps in memory. */
export interface History {
  /** The change of that revision; undefined when it is compacted. @throws Error when it cannot be read: the watch ends in it */
  at(revision: Revision): Change | undefined;
  /** How many of the latest changes the log keeps itself. */
  readonly keep: number;
}

const undisturbed = Promise.resolve();

interface Watcher {
  readonly prefix: string;
  readonly subscriber: Subscriber<StoreEvent>;
  /** It has been shown everything of its own up to here. */
  seen: Revision;
}

export class EventLog {
  readonly #history: History | undefined;
  #events: Change[] = [];
  /** Revision of the first event kept. */
  #first: Revision = 2;
  /** A watch can begin after this revision. */
  #oldest: Revision = 1;
  /** Every live watcher has been shown everything up to here. */
  #delivered: Revision = 1;
  readonly #live = new Set<Watcher>();
  /** Those of them who may want a change in a folder, by folder; forgotten when one has come or gone. */
  readonly #walks = new Map<string, readonly Watcher[]>();
  /** Watchers that first have to be shown history. */
  readonly #behind = new Set<Watcher>();
  #scheduled = false;
  /** When it was looked for watchers that have heard nothing for long. */
  #lookedAt: Revision = 1;

  constructor(history?: History) {
    this.#history = history;
  }

  /** The last revision. */
  get revision(): Revision {
    return this.#first + this.#events.length - 1;
  }

  /**
   * A watch can begin after this revision or any later one. Whoever drops changes of `History` raises it before the first of
   * them is gone, for watches read there at any time; and lowers it again when the disk refuses.
   */
  get oldest(): Revision {
    return this.#oldest;
  }

  set oldest(revision: Revision) {
    this.#oldest = revision;
  }

  /** The oldest change that is kept. */
  get first(): Change | undefined {
    return this.#events[0];
  }

  get length(): number {
    return this.#events.length;
  }

  get watchers(): number {
    return this.#live.size + this.#behind.size;
  }

  /** Begins the empty log after another revision: a store that is restored or opened. @param oldest what History has since */
  startAfter(revision: Revision, oldest = revision): void {
    this.#first = revision + 1;
    this.#delivered = revision;
    this.#oldest = oldest;
  }

  append(event: Change): void {
    this.#events.push(event);
    this.#wake();
  }

  observe(prefix: string, after: Revision): Observable<StoreEvent> {
    return new Observable((subscriber) => {
      const watcher: Watcher = { prefix, subscriber, seen: after };
      this.#behind.add(watcher);
      this.#wake();
      return () => {
        this.#behind.delete(watcher);
        if (this.#live.delete(watcher)) this.#walks.clear();
      };
    });
  }

  /** Resolves when everything that is written has been shown to everybody. */
  async settled(): Promise<void> {
    while (this.#scheduled) await undefined;
  }

  /**
   * Forgets the events before the revision and gives them back. Call it when settled. A watch can begin after the revision:
   * what was there before the change of that revision is no longer known.
   */
  forget(before: Revision): readonly Change[] {
    const count = Math.max(0, Math.min(before - this.#first, this.#events.length));
    const forgotten = this.#events.slice(0, count);
    this.#drop(count);
    this.#oldest = Math.max(this.#oldest, before);
    return forgotten;
  }

  /** Completes every watch. */
  close(): void {
    for (const watcher of [...this.#behind, ...this.#live]) watcher.subscriber.complete();
  }

  #drop(count: number): void {
    this.#events = this.#events.slice(count);
    this.#first += count;
  }

  #at(revision: Revision): Change | undefined {
    return revision < this.#first ? this.#history?.at(revision) : this.#events[revision - this.#first];
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Not `queueMicrotask`, which in Node.js makes an asynchronous resource each time.
    void undisturbed.then(this.#drain);
  }

  readonly #drain = (): void => {
    // Writers and new watchers that appear during the walk only extend it: #scheduled stays true until the end.
    while (this.#behind.size > 0 || this.#delivered < this.revision) {
      for (const watcher of this.#behind) this.#tryToCatchUp(watcher);
      if (this.#delivered < this.revision) this.#deliver(this.#delivered + 1);
    }
    this.#scheduled = false;
    const { keep } = this.#history ?? { keep: Number.POSITIVE_INFINITY };
    if (this.#events.length > 2 * keep) this.#drop(this.#events.length - keep);
    if (this.#delivered - this.#lookedAt < progressEvery / 4) return;
    this.#lookedAt = this.#delivered;
    for (const watcher of this.#live) {
      if (this.#delivered - watcher.seen >= progressEvery) this.#progress(watcher);
    }
  };

  #deliver(revision: Revision): void {
    const event = this.#events[revision - this.#first] as Change;
    this.#delivered = revision;
    const key = keyOf(event);
    for (const watcher of this.#concerned(folderOf(key))) {
      if (watcher.seen < revision && key.startsWith(watcher.prefix)) {
        watcher.seen = revision;
        // Who has gone during the walk hears nothing.
        watcher.subscriber.next(event);
      }
    }
  }

  #concerned(folder: string): readonly Watcher[] {
    let walk = this.#walks.get(folder);
    if (!walk) {
      walk = [...this.#live].filter(({ prefix }) => folder.startsWith(prefix) || prefix.startsWith(folder));
      this.#walks.set(folder, walk);
    }
    return walk;
  }

  /** What cannot be read concerns who wanted to see it, and nobody else. */
  #tryToCatchUp(watcher: Watcher): void {
    try {
      this.#catchUp(watcher);
    } catch (error) {
      watcher.subscriber.error(error);
    }
  }

  /** Shows a watcher the history up to what the live ones have seen, and makes it one of them. */
  #catchUp(watcher: Watcher): void {
    this.#behind.delete(watcher);
    if (watcher.seen < this.oldest) return this.#refuse(watcher);
    const from = watcher.seen + 1;
    this.#live.add(watcher);
    this.#walks.clear();
    for (let revision = from; revision <= this.#delivered; revision += 1) {
      const event = this.#at(revision);
      if (watcher.subscriber.closed) return;
      if (!event) return this.#refuse(watcher);
      if (!keyOf(event).startsWith(watcher.prefix)) continue;
      watcher.seen = revision;
      watcher.subscriber.next(event);
    }
    if (watcher.seen < this.#delivered) this.#progress(watcher);
  }

  #progress(watcher: Watcher): void {
    watcher.seen = this.#delivered;
    watcher.subscriber.next({ type: 'progress', revision: this.#delivered });
  }

  #refuse(watcher: Watcher): void {
    watcher.subscriber.error(new Compacted(watcher.seen, this.oldest));
  }
}

const keyOf = (event: Change): string => (event.type === 'put' ? event.stored.key : event.key);

/** The first two parts of a key, which all objects of a kind share: `/registry/pods/`. Nothing of a shorter one. */
const folderOf = (key: string): string => key.slice(0, key.indexOf('/', key.indexOf('/', 1) + 1) + 1);
