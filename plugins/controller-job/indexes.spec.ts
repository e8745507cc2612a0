import { expect } from 'chai';
import { formatIndexes, parseIndexes, pendingIndexes } from './indexes.ts';

describe('indexes of a Job', () => {
  it('are written in runs', () => {
    const cases: [number[], string][] = [
      [[], ''],
      [[0], '0'],
      [[1, 0], '0,1'],
      [[0, 2, 3, 4], '0,2-4'],
      [[0, 1, 2, 7, 8, 10], '0-2,7,8,10'],
    ];
    for (const [indexes, text] of cases) {
      expect(formatIndexes(indexes)).to.equal(text);
      expect([...parseIndexes(text, 20)]).to.deep.equal(indexes.sort((a, b) => a - b));
    }
    expect([...parseIndexes('0-3,9', 3)]).to.deep.equal([0, 1, 2]);
    expect([...parseIndexes(undefined, 3)]).to.deep.equal([]);
    expect([...parseIndexes('x,-', 3)]).to.deep.equal([]);
  });

  it('are run from the lowest', () => {
    expect(pendingIndexes(5, 2, new Set([0]), new Set([2]))).to.deep.equal([1, 3]);
    expect(pendingIndexes(2, 5)).to.deep.equal([0, 1]);
  });
});
