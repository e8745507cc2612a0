import { expect } from 'chai';
import { SeededRandom } from './random.ts';

describe('seeded random', () => {
  it('repeats itself for the same seed, and not for another', () => {
    const draw = (seed: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.next()
        )(new SeededRandom(seed)),
      );
    expect(draw('a')).to.deep.equal(draw('a'));
    expect(draw('a')).not.to.deep.equal(draw('b'));
  });

  it('forks streams that do not shift each other', () => {
    const one = new SeededRandom(1);
    const scheduler = one.fork('scheduler').next();
    const other = new SeededRandom(1);
    other.next();
    other.fork('kubelet').next();
    expect(other.fork('scheduler').next()).to.equal(scheduler);
  });

  it('makes names and UUIDs of Kubernetes’ shape', () => {
    const random = new SeededRandom('names');
    for (let i = 0; i < 100; i += 1) {
      expect(random.suffix(5)).to.match(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(random.uuid()).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('spreads evenly', () => {
    const random = new SeededRandom('dice');
    const counts = Array.from({ length: 6 }, () => 0);
    for (let i = 0; i < 60_000; i += 1) counts[random.int(6)]! += 1;
    for (const count of counts) expect(count).to.be.within(9500, 10_500);
  });

  it('shuffles without loss', () => {
    const shuffled = new SeededRandom('cards').shuffle([1, 2, 3, 4, 5]);
    expect([...shuffled].sort()).to.deep.equal([1, 2, 3, 4, 5]);
  });
});
