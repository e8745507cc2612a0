import { expect } from 'chai';
import { age, humanDuration } from './ages.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('ages', () => {
  // kubectl's texts, from the cases of apimachinery's duration_test.go.
  const cases: [number, string][] = [
    [0, '0s'],
    [-1.5 * second, '<invalid>'],
    [second, '1s'],
    [70 * second, '70s'],
    [119 * second, '119s'],
    [190 * second, '3m10s'],
    [5 * minute + 12 * second, '5m12s'],
    [70 * minute, '70m'],
    [47 * hour, '47h'],
    [49 * hour, '2d1h'],
    [3 * hour, '3h'],
    [3 * hour + 5 * minute, '3h5m'],
    [8 * hour + 2 * hour, '10h'],
    [8 * day + 2 * hour, '8d'],
    [367 * day, '367d'],
    [2 * 365 * day + 25 * hour, '2y1d'],
    [10 * 365 * day, '10y'],
  ];
  for (const [ms, wanted] of cases) {
    it(`${ms} ms is ${wanted}`, () => expect(humanDuration(ms)).to.equal(wanted));
  }

  it('is unknown without a time', () => {
    expect(age(undefined, 0)).to.equal('<unknown>');
    expect(age('1970-01-01T00:00:00Z', 5000)).to.equal('5s');
  });
});
