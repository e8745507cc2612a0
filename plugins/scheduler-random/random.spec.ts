import { expect } from 'chai';
import { Snapshot } from '../../core/scheduling/snapshot.ts';
import { describeScheduler } from '../../core/testing/describe-scheduler.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RandomScheduler } from './random.ts';

describeScheduler('random', () => new RandomScheduler(new SeededRandom(1)));

describe('scheduler random', () => {
  const run = (seed: number) => {
    const view = new Snapshot();
    for (const name of ['a', 'b', 'c', 'd']) view.setNode(makeNode(name));
    const scheduler = new RandomScheduler(new SeededRandom(seed));
    return Array.from(
      { length: 400 },
      (_, at) => (scheduler.place(makePod(`pod-${at}`), view) as { node: string }).node,
    );
  };

  it('gives every node about the same share', () => {
    const placed = run(7);
    for (const name of ['a', 'b', 'c', 'd'])
      expect(placed.filter((node) => node === name).length).to.be.within(70, 130);
  });

  it('places alike with the same seed', () => {
    expect(run(3)).to.deep.equal(run(3));
    expect(run(3)).not.to.deep.equal(run(4));
  });
});
