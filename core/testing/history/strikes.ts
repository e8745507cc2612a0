// Strikes: how often what troubles a store has really struck. A fault that comes when nobody asks anything proves nothing, so
// a run of many histories counts, and a test says of which trouble it saw none.
//   const strikes = new Strikes(['the disk is full']);
//   strikes.add(record);                            for each record
//   strikes.never                                   what has not struck once

import { type Entry, historyOf, type Operation } from './record.ts';

/** What clients do themselves. */
const compaction = 'compaction under a watcher';

export class Strikes {
  readonly #counts = new Map<string, number>();

  /** @param names of faults that are to be met, beside those that records tell of */
  constructor(names: readonly string[]) {
    for (const name of [...names, compaction]) this.#counts.set(name, 0);
  }

  get never(): string[] {
    return [...this.#counts].flatMap(([name, count]) => (count === 0 ? [name] : []));
  }

  /** For people: what struck, and how often. */
  get words(): string {
    return [...this.#counts].map(([name, count]) => `${name}: ${count}`).join(', ');
  }

  add(record: readonly Entry[]): void {
    const open = new Map<string, Operation>();
    for (const entry of record) {
      if ('begin' in entry) open.set(entry.begin, entry.operation);
      if ('end' in entry) open.delete(entry.end);
      if ('fault' in entry && entry.struck !== undefined) this.#count(entry.fault, entry.struck);
      if (!('fault' in entry && entry.kills)) continue;
      // A kill strikes those who have asked and have no answer yet.
      this.#count(entry.fault, open.size);
      open.clear();
    }
    const { calls, streams } = historyOf(record);
    for (const { operation, outcome, begin, end } of calls) {
      if (operation.do !== 'compact' || outcome.is !== 'ok') continue;
      const watched = streams.some((stream) => stream.begin < begin && stream.over > end && stream.events.length > 0);
      if (watched) this.#count(compaction, 1);
    }
  }

  #count(name: string, times: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }
}
