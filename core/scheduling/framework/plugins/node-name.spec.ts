import { expect } from 'chai';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { verdicts, viewOf } from './cases.fixture.ts';
import { nodeName } from './node-name.ts';

describe('NodeName', () => {
  const view = viewOf([makeNode('a'), makeNode('b')]);

  it('keeps all other nodes out, whatever leaves them', () => {
    const other = "node(s) didn't match the requested node name!";
    expect(verdicts(nodeName, makePod('web', { nodeName: 'b' }), view)).to.deep.equal({ a: other, b: 'fits' });
    expect(verdicts(nodeName, makePod('web', { nodeName: 'none' }), view)).to.deep.equal({ a: other, b: other });
  });

  it('has nothing to say of a pod that names none', () => {
    expect(nodeName.preFilter(makePod('web'), view)).to.equal(undefined);
  });
});
