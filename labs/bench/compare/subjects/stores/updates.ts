// StoreUpdates: what controllers do: read an object, change it, write it if nobody else has written it meanwhile. Ten
// writers share fifty objects, so some of them come too late; then they read again.

import { Conflict } from '../../../../../core/contracts/store.ts';
import { nextTurn } from '../../../../../core/time/turn.ts';
import { peakMemory } from '../../scheduler/measures.ts';
import type { Trial } from '../../trial.ts';
import { memoryMeasure, Pace, paceMeasures } from '../pace.ts';
import { benchStore, keyOf, makeObjects, must } from './bench-store.ts';

const writers = 10;
const shared = 50;

export const updatesTrial = ({ updates, labels }: { updates: number; labels: readonly string[] }): Trial => ({
  name: `StoreUpdates/${updates}Updates`,
  description: `${writers} writers make ${updates} guarded updates of ${shared} objects; who comes too late reads again`,
  subject: 'store',
  labels,
  levels: ['alone'],
  measures: () => [
    ...paceMeasures('guarded updates', 'updates/s', 'one update with its retries'),
    { name: 'conflicts', title: 'writes that came too late', unit: 'writes', better: 'neither' },
    memoryMeasure,
  ],
  async run(round) {
    const { store, end } = await benchStore(round);
    for (const [at, value] of makeObjects(shared).entries()) await store.put(keyOf(at), { ...value, count: 0 });
    const pace = new Pace();
    let begun = 0;
    let conflicts = 0;
    const update = async (key: string): Promise<void> => {
      for (;;) {
        round.during(`get(${key})`);
        const found = await store.get(key);
        must(found !== undefined, `get(${key}) gives nothing, and it was there`);
        const { count } = found.value as { count: number };
        try {
          round.during(`put(${key}, { expect: ${found.modRevision} })`);
          await store.put(key, { ...found.value, count: count + 1 }, { expect: found.modRevision });
          return;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
          conflicts += 1;
        }
      }
    };
    const write = async () => {
      while (begun < updates) {
        begun += 1;
        const key = keyOf(round.random.int(shared));
        await pace.time(() => update(key));
        if (begun % 1000 === 0) await nextTurn();
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    pace.stop();
    const { items } = await store.list('/registry/pods/');
    const total = items.reduce((sum, { value }) => sum + (value as { count: number }).count, 0);
    must(total === updates, `${updates} guarded updates added 1 each, and the sum is ${total}: some were lost`);
    await end();
    return { values: { ...pace.values(), conflicts, memory: peakMemory() }, series: pace.series('updates/s') };
  },
});
