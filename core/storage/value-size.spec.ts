import { expect } from 'chai';
import fc from 'fast-check';
import { TooLarge } from '../contracts/store.ts';
import { runs } from '../testing/runs.ts';
import { largestValue, sizeBound } from './value-size.ts';

describe('sizeBound', () => {
  const bytes = (value: object) => Buffer.byteLength(JSON.stringify(value));
  const anObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue() as fc.Arbitrary<unknown>);

  it('is never less than what the value has as JSON, alone or after another one', () => {
    fc.assert(
      fc.property(anObject, anObject, (first, second) => {
        const bound = sizeBound(first);
        expect(bound).to.be.at.least(bytes(first));
        const next = { ...first, ...second };
        expect(sizeBound(next, { value: first, bound })).to.be.at.least(bytes(next));
      }),
      runs(100),
    );
  });

  it('counts anew when many small changes have made it too much', () => {
    let value: object = { text: 'x'.repeat(200_000), n: 0 };
    let bound = sizeBound(value);
    for (let n = 1; n <= 50_000; n += 1) {
      const next = { ...value, n };
      bound = sizeBound(next, { value, bound });
      value = next;
    }
    expect(bound).to.be.lessThan(largestValue);
  });

  it('refuses what grows beyond the limit part by part', () => {
    let value: object = {};
    let bound = sizeBound(value);
    const grow = () => {
      for (let n = 0; n < 200; n += 1) {
        const next = { ...value, [`part-${n}`]: 'x'.repeat(10_000) };
        bound = sizeBound(next, { value, bound });
        value = next;
      }
    };
    expect(grow).to.throw(TooLarge);
    expect(bytes(value)).to.be.within(largestValue - 11_000, largestValue);
  });
});
