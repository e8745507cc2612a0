import { expect } from 'chai';
import { copyOf, revise } from './revise.ts';

describe('revise', () => {
  it('changes a copy', () => {
    const before: { a: number; b?: number } = Object.freeze({ a: 1 });
    expect(revise(before, { a: 2, b: 3 })).to.deep.equal({ a: 2, b: 3 });
    expect(before).to.deep.equal({ a: 1 });
  });

  it('gives the object itself when nothing is different', () => {
    const before: { a: number; b?: number | undefined } = { a: 1 };
    expect(revise(before, { a: 1, b: undefined })).to.equal(before);
  });

  it('copies a key __proto__ as the data that it is', () => {
    const before = JSON.parse('{"__proto__":{"smuggled":true},"a":1}');
    const after = revise(before, { a: 2 });
    expect(Object.keys(after)).to.deep.equal(['__proto__', 'a']);
    expect(after.smuggled).to.equal(undefined);
    expect(Object.getPrototypeOf(copyOf(before))).to.equal(Object.prototype);
  });
});
