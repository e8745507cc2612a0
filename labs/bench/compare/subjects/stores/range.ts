// StoreRange: lists of everything in pages, as clients of the API read it, again and again for some time.

import { nextTurn } from '../../../../../core/time/turn.ts';
import { peakMemory } from '../../scheduler/measures.ts';
import type { Trial } from '../../trial.ts';
import { memoryMeasure, Pace, paceMeasures } from '../pace.ts';
import { benchStore, keyOf, makeObjects, must } from './bench-store.ts';

const page = 500;
const prefix = '/registry/pods/';

export const rangeTrial = ({ objects, labels }: { objects: number; labels: readonly string[] }): Trial => ({
  name: `StoreRange/${objects}Objects`,
  description: `${objects} objects are read in pages of ${page}, until a million have been read`,
  subject: 'store',
  labels,
  levels: ['alone'],
  measures: () => [...paceMeasures('objects read', 'objects/s', `a page of ${page}`), memoryMeasure],
  async run(round) {
    const { store, end } = await benchStore(round);
    for (const [at, value] of makeObjects(objects).entries()) await store.put(keyOf(at), value);
    const walks = Math.max(1, Math.ceil(1_000_000 / objects));
    const pace = new Pace();
    for (let walk = 0; walk < walks; walk += 1) {
      let after: string | undefined;
      let read = 0;
      let at: number | undefined;
      for (;;) {
        round.during(`list(${prefix}, { after: ${after} })`);
        const options = { limit: page, ...(after !== undefined && { after }), ...(at !== undefined && { at }) };
        const { items, more, revision } = await pace.time(() => store.list(prefix, options));
        at ??= revision;
        read += items.length;
        after = items.at(-1)?.key;
        if (!more) break;
        must(items.length > 0, 'list gives an empty page, and says that there are more');
      }
      must(read === objects, `a walk through ${objects} objects gives ${read}`);
      await nextTurn();
    }
    pace.stop();
    await end();
    const each = objects / Math.ceil(objects / page);
    return { values: { ...pace.values(each), memory: peakMemory() }, series: pace.series('objects/s', each) };
  },
});
