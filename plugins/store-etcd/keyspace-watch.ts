// Keyspace watch: one watch of etcd over all keys, handed on to the watchers of this store by their prefixes.
//
// Why all keys: etcd tells a watcher of a prefix nothing while other keys change, so nobody could say up to where it has
// seen everything. A watch of all keys sees every revision; so each event is a bookmark for all who did not want it.
//   a watcher joins   at the present, or shown first what it missed: from the latest events, which are kept, or else by a
//                     watch of its own that reads etcd's history until it has caught up
// Always true: each watcher is shown the changes of its prefix in the order of their revisions, each once, none left out; when the
//   connection breaks, the watch goes on from the last revision that was seen.

import { Observable, type Subscriber } from 'rxjs';
import type { Clock } from '../../core/contracts/clock.ts';
import { Compacted, type Revision, type Stored, type StoreEvent } from '../../core/contracts/store.ts';
import { type Change, type Etcd, EtcdStream, type Group } from './etcd-stream.ts';

/** Milliseconds that a compaction waits for what was written before it to be shown. */
const patience = 5000;
/** Groups of the latest changes that are kept for watchers that come a little late. */
const keptGroups = 2000;
/** A watcher that hears nothing for so many revisions is told that it missed nothing. */
const progressEvery = 128;

interface Watcher {
  readonly prefix: string;
  readonly subscriber: Subscriber<StoreEvent>;
  /** It has been shown everything of its own up to here. */
  seen: Revision;
  /** It has not heard anything yet: the first revision of all is told, so that it knows where it stands. */
  fresh: boolean;
  /** Its own watch of history, while it catches up. */
  catchUp?: EtcdStream;
}

export class KeyspaceWatch {
  readonly #etcd: Etcd;
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #live = new Set<Watcher>();
  readonly #behind = new Set<Watcher>();
  #latest: Group[] = [];
  /** Everything after this revision is in #latest. */
  #from: Revision = 0;
  /** Every live watcher has been shown everything up to here. */
  #delivered: Revision = 0;
  /** Where history begins: the floor of the store, or the furthest compaction that was asked for here. */
  #compacted: Revision = 0;
  /** Who waits until everything up to a revision has been shown. */
  readonly #waiting = new Set<{ readonly revision: Revision; readonly done: () => void }>();
  #stream: EtcdStream | undefined;
  #closed = false;

  constructor(etcd: Etcd, clock: Pick<Clock, 'schedule'>) {
    this.#etcd = etcd;
    this.#clock = clock;
  }

  get watchers(): number {
    return this.#live.size + this.#behind.size;
  }

  /** Begins to follow. @param revision where the store stands */
  start(revision: Revision): void {
    if (this.#stream || this.#closed) return;
    this.#from = revision;
    this.#delivered = revision;
    this.#wake();
    this.#stream = new EtcdStream(this.#etcd, this.#clock, revision, {
      changes: (group) => this.#deliver(group),
      compacted: (oldest) => this.#lost(oldest),
    });
    // Who came before it was known where the store stands.
    for (const watcher of [...this.#behind]) if (!watcher.catchUp) this.#join(watcher);
  }

  observe(prefix: string, after: Revision): Observable<StoreEvent> {
    return new Observable((subscriber) => {
      if (this.#closed) return subscriber.complete();
      const watcher: Watcher = { prefix, subscriber, seen: after, fresh: true };
      this.#behind.add(watcher);
      // Never inside the call: what is kept is shown on a later microtask, like all else.
      queueMicrotask(() => this.#join(watcher));
      return () => {
        watcher.catchUp?.close();
        this.#behind.delete(watcher);
        this.#live.delete(watcher);
      };
    });
  }

  /** Resolves when everything up to the revision has been shown; or after a while, for etcd may be away. */
  reached(revision: Revision): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#waiting.delete(waiting);
        resolve();
      };
      const cancel = this.#clock.schedule(patience, done);
      const waiting = { revision, done };
      this.#waiting.add(waiting);
      this.#wake();
    });
  }

  /** Compaction: what is older is not kept here either, and who is still reading it has to list again. */
  forget(before: Revision): void {
    this.#compacted = Math.max(this.#compacted, before);
    for (const watcher of [...this.#behind]) {
      if (watcher.catchUp && watcher.seen < before) watcher.subscriber.error(new Compacted(watcher.seen, before));
    }
    this.#latest = this.#latest.filter(({ revision }) => revision >= before);
    this.#from = Math.max(this.#from, Math.min(before - 1, this.#delivered));
  }

  /** Completes every watch. */
  close(): void {
    this.#closed = true;
    this.#stream?.close();
    this.#wake();
    for (const { subscriber } of [...this.#live, ...this.#behind]) subscriber.complete();
  }

  #join(watcher: Watcher): void {
    if (!this.#behind.has(watcher) || watcher.catchUp || !this.#stream) return;
    const { seen } = watcher;
    if (seen < this.#compacted) return watcher.subscriber.error(new Compacted(seen, this.#compacted));
    if (seen < this.#from) return this.#catchUp(watcher);
    this.#behind.delete(watcher);
    this.#live.add(watcher);
    for (const group of this.#latest) this.#show(watcher, group);
    if (watcher.seen < this.#delivered) progress(watcher, this.#delivered);
  }

  #catchUp(watcher: Watcher): void {
    watcher.catchUp = new EtcdStream(this.#etcd, this.#clock, watcher.seen, {
      changes: (group) => {
        this.#show(watcher, group);
        if (group.revision < this.#from) return;
        // From here on the events that are kept go on without a gap.
        watcher.seen = Math.max(watcher.seen, group.revision);
        watcher.catchUp?.close();
        delete watcher.catchUp;
        this.#join(watcher);
      },
      compacted: (oldest) => watcher.subscriber.error(new Compacted(watcher.seen, oldest)),
    });
  }

  #deliver(group: Group): void {
    this.#delivered = group.revision;
    this.#latest.push(group);
    if (this.#latest.length > 2 * keptGroups) {
      const dropped = this.#latest.splice(0, keptGroups);
      this.#from = dropped.at(-1)?.revision ?? this.#from;
    }
    for (const watcher of this.#live) {
      this.#show(watcher, group);
      if (this.#delivered - watcher.seen >= (watcher.fresh ? 1 : progressEvery)) progress(watcher, this.#delivered);
    }
    this.#wake();
  }

  #wake(): void {
    for (const { revision, done } of this.#waiting) if (this.#closed || revision <= this.#delivered) done();
  }

  #show(watcher: Watcher, { revision, changes }: Group): void {
    if (watcher.seen >= revision) return;
    for (const change of changes) {
      if (change.key === '' || !change.key.startsWith(watcher.prefix) || watcher.subscriber.closed) continue;
      watcher.seen = revision;
      watcher.fresh = false;
      let event: StoreEvent | undefined;
      try {
        event = eventOf(change);
      } catch (error) {
        // Somebody else has put there what is no object: a list says the same, until it is put right.
        watcher.subscriber.error(error);
        continue;
      }
      if (event) watcher.subscriber.next(event);
      // What was there before is compacted away: nobody can say what it was.
      else watcher.subscriber.error(new Compacted(revision - 1, revision));
    }
  }

  /** Too long without a connection: whoever watches lists again. */
  #lost(oldest: Revision): void {
    this.#stream = undefined;
    for (const { subscriber, seen } of [...this.#live]) subscriber.error(new Compacted(seen, oldest));
    this.#latest = [];
    this.start(oldest);
  }
}

function progress(watcher: Watcher, revision: Revision): void {
  watcher.seen = revision;
  watcher.fresh = false;
  watcher.subscriber.next({ type: 'progress', revision });
}

/**
 * @returns undefined when there was something before the change, and nobody can say what
 * @throws StoreFailure when what is there now cannot be read
 */
function eventOf({ key, revision, stored, previous }: Change): StoreEvent | undefined {
  const now = stored?.();
  const before = readable(previous);
  if (now && (before || now.version === 1)) return { type: 'put', revision, stored: now, previous: before };
  if (now) return undefined;
  return before && { type: 'delete', revision, key, previous: before };
}

function readable(stored: Change['stored']): Stored | undefined {
  try {
    return stored?.();
  } catch {
    return undefined;
  }
}
