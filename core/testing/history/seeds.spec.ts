import { expect } from 'chai';
import { seedsOf } from './seeds.ts';

describe('seeds of histories', () => {
  it('are as many as asked for, from the one asked for', () => {
    expect(seedsOf({ KUBELAB_HISTORY_FROM: '1234', KUBELAB_HISTORY_SEEDS: '2' })).to.deep.equal([1234, 1235]);
    expect(seedsOf({ KUBELAB_HISTORY_SEEDS: '3' })).to.deep.equal([1, 2, 3]);
    expect(seedsOf({})).to.have.length.of.at.least(30);
  });

  it('are never none: what is no number is refused', () => {
    for (const text of ['abc', '', '0', '-3', '1.5', '3 seeds', 'Infinity', '1e3']) {
      for (const name of ['KUBELAB_HISTORY_SEEDS', 'KUBELAB_HISTORY_FROM']) {
        expect(() => seedsOf({ [name]: text }), `${name}=${text}`).to.throw(
          `${name}: wanted a whole number from 1 on, found ${JSON.stringify(text)}`,
        );
      }
    }
  });
});
