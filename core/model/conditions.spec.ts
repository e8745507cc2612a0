import { expect } from 'chai';
import { type AnyCondition, isTrue, removeCondition, setCondition } from './conditions.ts';

const ready = { type: 'Ready', status: 'True', reason: 'Fine', message: '', lastTransitionTime: 'then' };

describe('conditions', () => {
  it('adds one with the time at which it became so', () => {
    const after = setCondition<AnyCondition>(undefined, { type: 'Ready', status: 'False' }, 'now');
    expect(after).to.deep.equal([{ type: 'Ready', status: 'False', lastTransitionTime: 'now' }]);
  });

  it('keeps the time while the answer stays, and takes the new reason', () => {
    const after = setCondition([ready], { ...ready, reason: 'Better', lastTransitionTime: undefined }, 'now');
    expect(after).to.deep.equal([{ ...ready, reason: 'Better' }]);
  });

  it('notes the time when the answer changes', () => {
    const after = setCondition<AnyCondition>([ready], { type: 'Ready', status: 'Unknown' }, 'now');
    expect(after).to.deep.equal([{ type: 'Ready', status: 'Unknown', lastTransitionTime: 'now' }]);
  });

  it('gives the same list back when nothing changed', () => {
    const before = [ready];
    const { lastTransitionTime: _, ...same } = ready;
    expect(setCondition<AnyCondition>(before, same, 'now')).to.equal(before);
    expect(removeCondition(before, 'Other')).to.equal(before);
  });

  it('answers', () => {
    expect(isTrue([ready], 'Ready')).to.equal(true);
    expect(isTrue([ready], 'Other')).to.equal(false);
    expect(isTrue(undefined, 'Ready')).to.equal(false);
    expect(removeCondition([ready], 'Ready')).to.deep.equal([]);
  });
});
