// StorePuts: new objects, so many writes under way at a time as a busy API server has.

import { nextTurn } from '../../../../../core/time/turn.ts';
import { peakMemory } from '../../scheduler/measures.ts';
import type { Trial } from '../../trial.ts';
import { memoryMeasure, Pace, paceMeasures } from '../pace.ts';
import { benchStore, keyOf, makeObjects, must } from './bench-store.ts';

const atOnce = 100;

export const putsTrial = ({ objects, labels }: { objects: number; labels: readonly string[] }): Trial => ({
  name: `StorePuts/${objects}Objects`,
  description: `${objects} pods are written, ${atOnce} at a time, each where nothing was before`,
  subject: 'store',
  labels,
  levels: ['alone'],
  measures: () => [...paceMeasures('objects written', 'objects/s', 'one write'), memoryMeasure],
  async run(round) {
    const values = makeObjects(objects);
    const { store, end } = await benchStore(round);
    const before = await store.revision();
    const pace = new Pace();
    let next = 0;
    const write = async () => {
      while (next < objects) {
        const at = next;
        next += 1;
        round.during(`put(${keyOf(at)})`);
        await pace.time(() => store.put(keyOf(at), values[at]!, { expect: 0 }));
        if (at % 1000 === 0) await nextTurn();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, write));
    pace.stop();
    round.during('revision()');
    const found = (await store.revision()) - before;
    must(found === objects, `after ${objects} writes its revision has grown by ${found}`);
    await end();
    return { values: { ...pace.values(), memory: peakMemory() }, series: pace.series('objects/s') };
  },
});
