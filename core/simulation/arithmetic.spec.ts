// The small parts that a history's sameness rests on: times, draws, arrivals, canonical text, deltas.

import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../time/random.ts';
import { arrivalTimes, expectedArrivals } from './arrivals.ts';
import { canonicalText } from './canonical.ts';
import { draw, exponential } from './chance.ts';
import { apply, difference } from './delta.ts';
import { clockText, rateOf, spanOf, timeOf } from './time-text.ts';

const hour = 3_600_000;

describe('times of a scenario', () => {
  it('are read and written', () => {
    expect(['90s', '1h30m', '2d', '250ms', '1.5h'].map(spanOf)).to.deep.equal([
      90_000, 5_400_000, 172_800_000, 250, 5_400_000,
    ]);
    expect(['', '5', 'h', '5 m', '-5m', '1m1', 5].map(spanOf)).to.deep.equal(
      Array.from({ length: 7 }, () => undefined),
    );
    expect(rateOf('36/h')).to.equal(36 / hour);
    expect(rateOf('often')).to.equal(undefined);
    expect([0, 90_061_250].map(clockText)).to.deep.equal(['00:00:00', '1d 01:01:01.250']);
    expect(['1d 01:01:01.250', '10:30', '3h', 'noon'].map(timeOf)).to.deep.equal([
      90_061_250,
      37_800_000,
      3 * hour,
      undefined,
    ]);
  });
});

describe('draws', () => {
  it('of an exponential distribution have its mean and its tail, and are the same for the same seed', () => {
    const random = new SeededRandom('draws');
    const drawn = Array.from({ length: 100_000 }, () => exponential(random));
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).to.be.closeTo(1, 0.02);
    // e^-1 and e^-3
    expect(drawn.filter((value) => value > 1).length / drawn.length).to.be.closeTo(0.3679, 0.01);
    expect(drawn.filter((value) => value > 3).length / drawn.length).to.be.closeTo(0.0498, 0.005);
    expect(draw({ exponential: '20m' }, new SeededRandom(1))).to.equal(
      draw({ exponential: '20m' }, new SeededRandom(1)),
    );
  });

  it('of a uniform one reach both ends', () => {
    const random = new SeededRandom('ends');
    const drawn = Array.from({ length: 1000 }, () => draw({ uniform: ['1ms', '5ms'] }, random));
    expect(new Set(drawn)).to.deep.equal(new Set([1, 2, 3, 4, 5]));
  });
});

describe('arrivals', () => {
  const times = (arrivals: object, length = 24 * hour) => [
    ...arrivalTimes(arrivals, length, new SeededRandom('arrivals')),
  ];

  it('come at times, in order; evenly; so many at most', () => {
    expect(times({ at: ['2h', '1h'] })).to.deep.equal([hour, 2 * hour]);
    expect(times({ rate: '2/h', process: 'regular', from: '1h', until: '3h' })).to.deep.equal(
      [1.5, 2, 2.5].map((at) => at * hour),
    );
    expect(times({ rate: '60/h', limit: 3 })).to.have.length(3);
  });

  it('follow the hours of the day, and each day again', () => {
    const rate = { '8h': '100/h', '20h': '10/h' };
    const all = times({ rate }, 48 * hour);
    const between = (from: number, to: number) => all.filter((at) => at >= from * hour && at < to * hour).length;
    expect(expectedArrivals({ rate }, 48 * hour)).to.equal(2 * (12 * 100 + 12 * 10));
    expect(between(0, 8)).to.be.within(50, 115);
    expect(between(8, 20)).to.be.within(1100, 1300);
    expect(between(32, 44)).to.be.within(1100, 1300);
    expect(all).to.deep.equal([...all].sort((a, b) => a - b));
  });

  it('never come at a rate of nothing', () => {
    expect(times({ rate: '0/h' })).to.deep.equal([]);
    expect(
      times({ rate: { '1h': '0/h', '2h': '1000/h', '3h': '0/h' } }).every((at) => at >= 2 * hour && at < 3 * hour),
    ).to.equal(true);
  });
});

describe('canonical text', () => {
  it('is the same whatever the order of keys, and left-out fields say nothing', () => {
    expect(canonicalText({ b: [1, { d: null, c: 'x' }], a: undefined })).to.equal('{"b":[1,{"c":"x","d":null}]}');
    expect(canonicalText({ x: { b: 1, a: 2 } })).to.equal(canonicalText({ x: { a: 2, b: 1 } }));
  });
});

describe('delta', () => {
  it('tells what changed, place by place', () => {
    const before = { a: 1, b: { c: [1, 2], d: 'x' }, e: [1] };
    const after = { a: 1, b: { c: [1, 3] }, e: [1, 2], f: null };
    expect(difference(before, after)).to.deep.equal({ b: { c: { 1: [3] }, d: 0 }, e: [[1, 2]], f: [null] });
    expect(difference(before, structuredClone(before))).to.equal(undefined);
  });

  it('leads from the one to the other, whatever they are', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(json, json, (before, after) => {
        const delta = difference(before, after);
        const there = delta === undefined ? before : apply(before, JSON.parse(JSON.stringify(delta)));
        expect(canonicalText(there)).to.equal(canonicalText(JSON.parse(JSON.stringify(after))));
      }),
      { numRuns: 300 },
    );
  });
});
