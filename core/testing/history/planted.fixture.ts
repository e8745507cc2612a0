// Records made by hand, for faults planted in them: what clients asked and were told, one line each.
//   const planted = new Planted();
//   const a1 = planted.put('/a', 2);                    a put of /a, answered: revision 2
//   planted.watch('/', 1, put(a1), progress(2));        a stream, all at once

import type { Revision } from '../../contracts/store.ts';
import type { Entry, Operation, Outcome, Seen, SeenEvent, StreamEnd } from './record.ts';

export class Planted {
  readonly record: Entry[] = [];
  #count = 0;

  /** Asks now; the call that comes back answers it. */
  begin(operation: Operation): (outcome: Outcome) => void {
    this.#count += 1;
    const id = `call${this.#count}`;
    this.record.push({ begin: id, client: 'c', operation });
    return (outcome) => void this.record.push({ end: id, outcome });
  }

  call(operation: Operation, outcome: Outcome): void {
    this.begin(operation)(outcome);
  }

  /** A put that was answered; its value is called after its key and revision. @param previous what stood there */
  put(key: string, revision: Revision, previous?: Seen, expect?: Revision): Seen {
    const seen = value(key, revision, previous);
    this.call({ do: 'put', key, n: seen.n, ...(expect !== undefined && { expect }) }, { is: 'ok', seen });
    return seen;
  }

  get(key: string, seen: Seen | undefined, at?: Revision): void {
    this.call({ do: 'get', key, ...(at !== undefined && { at }) }, { is: 'ok', ...(seen && { seen }) });
  }

  watch(prefix: string, after: Revision, events: readonly SeenEvent[], over: StreamEnd = 'stopped'): void {
    this.#count += 1;
    const id = `watch${this.#count}`;
    this.record.push({ watch: id, client: 'w', prefix, after });
    for (const event of events) this.record.push({ shown: id, event });
    if (over !== 'open') this.record.push({ over: id, why: over });
  }

  kill(): void {
    this.record.push({ fault: 'kill -9', kills: true });
  }
}

/** What stands under a key after a put at that revision. */
export const value = (key: string, revision: Revision, previous?: Seen): Seen => ({
  key,
  n: `${key.slice(1)}@${revision}`,
  createRevision: previous?.createRevision ?? revision,
  modRevision: revision,
  version: (previous?.version ?? 0) + 1,
});

export const putEvent = (stored: Seen, previous?: Seen): SeenEvent => ({
  type: 'put',
  revision: stored.modRevision,
  stored,
  ...(previous && { previous }),
});

export const deleteEvent = (previous: Seen, revision: Revision): SeenEvent => ({
  ...{ type: 'delete', revision, key: previous.key, previous },
});

export const progress = (revision: Revision): SeenEvent => ({ type: 'progress', revision });
