import { expect } from 'chai';
import { median, medianInterval, pairs, wonAll } from './statistics.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
const rounds = (...values: number[]) => new Map(values.map((value, at) => [at + 1, value]));

describe('statistics of repeated runs', () => {
  it('median: the middle one, or between the middle two', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 3])).to.equal(2.5);
    expect(median([])).to.be.NaN;
  });

  it('orders numbers as numbers', () => {
    expect(median([10, 9, 1000])).to.equal(10);
  });

  it('interval: all runs where there are few, with what that is worth', () => {
    expect(medianInterval([7])).to.equal(undefined);
    expect(medianInterval([3, 1, 2])).to.deep.equal({ low: 1, high: 3, confidence: 0.75 });
    expect(medianInterval(upTo(5))?.confidence).to.be.closeTo(0.9375, 1e-9);
    expect(medianInterval(upTo(6))?.confidence).to.be.closeTo(0.96875, 1e-9);
  });

  it('interval: the order statistics of the textbooks where there are more', () => {
    // Conover, Practical Nonparametric Statistics: 10 values 2nd to 9th, 20 values 6th to 15th.
    expect(medianInterval(upTo(10))).to.include({ low: 2, high: 9 });
    expect(medianInterval(upTo(20))).to.include({ low: 6, high: 15 });
    expect(medianInterval(upTo(20))?.confidence).to.be.closeTo(0.9586, 1e-4);
  });

  it('pairs: round by round, and only rounds in which both ran', () => {
    const a = rounds(10, 11, 12);
    expect(pairs(a, rounds(9, 10, 11), 'higher')).to.deep.equal({ rounds: 3, won: 3, lost: 0 });
    expect(pairs(a, rounds(9, 10, 11), 'lower')).to.deep.equal({ rounds: 3, won: 0, lost: 3 });
    expect(pairs(a, rounds(10, 12), 'higher')).to.deep.equal({ rounds: 2, won: 0, lost: 1 });
  });

  it('better in all rounds: one round is not enough', () => {
    expect(wonAll(pairs(rounds(2, 3), rounds(1, 2), 'higher'))).to.equal(true);
    expect(wonAll(pairs(rounds(2, 2), rounds(1, 2), 'higher'))).to.equal(false);
    expect(wonAll(pairs(rounds(2), rounds(1), 'higher'))).to.equal(false);
  });
});
