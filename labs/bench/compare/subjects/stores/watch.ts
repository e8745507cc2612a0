// StoreWatch: changes while so many watchers of everything are to hear of each. Counted is what they hear; a change is done
// when the last of them has heard of it.

import { nextTurn } from '../../../../../core/time/turn.ts';
import { peakMemory } from '../../scheduler/measures.ts';
import type { Trial } from '../../trial.ts';
import { memoryMeasure, Pace, paceMeasures } from '../pace.ts';
import { benchStore, keyOf, makeObjects, must } from './bench-store.ts';

/** Changes under way at a time. */
const atOnce = 10;

export const watchTrial = (of: { watchers: number; changes: number; labels: readonly string[] }): Trial => {
  const { watchers, changes, labels } = of;
  return {
    name: `StoreWatch/${watchers}Watchers_${changes}Changes`,
    description: `${changes} objects are written, ${atOnce} at a time, while ${watchers === 1 ? 'one watcher hears' : `${watchers} watchers hear`} of each`,
    subject: 'store',
    labels,
    levels: ['alone'],
    measures: () => [
      ...paceMeasures('events delivered', 'events/s', 'from the write to the last watcher'),
      memoryMeasure,
    ],
    async run(round) {
      const values = makeObjects(changes);
      const { store, end } = await benchStore(round);
      const from = await store.revision();
      const pace = new Pace();
      const begun = new Map<number, number>();
      const heard = new Map<number, number>();
      let delivered = 0;
      const broken: string[] = [];
      const watch = () => {
        let last = from;
        return store.watch('/registry/', { after: from }).subscribe({
          next: (event) => {
            if (event.type === 'progress') return;
            if (event.revision !== last + 1) broken.push(`a watcher heard of revision ${event.revision} after ${last}`);
            last = event.revision;
            delivered += 1;
            const many = (heard.get(event.revision) ?? 0) + 1;
            heard.set(event.revision, many);
            if (many === watchers) {
              const at = performance.now();
              pace.done(at, at - (begun.get(event.revision) ?? at));
            }
          },
          error: (error: unknown) => broken.push(`a watch ended: ${(error as Error).message}`),
        });
      };
      const watches = Array.from({ length: watchers }, watch);
      for (let at = 0; at < changes; at += atOnce) {
        const writes = values.slice(at, at + atOnce).map((value, nth) => {
          // One writer, so revisions come in the order of the writes.
          begun.set(from + 1 + at + nth, performance.now());
          round.during(`put(${keyOf(at + nth)})`);
          return store.put(keyOf(at + nth), value);
        });
        await Promise.all(writes);
        await nextTurn();
      }
      round.during('watch()');
      while (delivered < watchers * changes && broken.length === 0) await nextTurn();
      pace.stop();
      must(broken.length === 0, broken[0] ?? '');
      for (const one of watches) one.unsubscribe();
      await end();
      const series = pace.series('events/s', watchers);
      return { values: { ...pace.values(watchers), memory: peakMemory() }, series };
    },
  };
};
