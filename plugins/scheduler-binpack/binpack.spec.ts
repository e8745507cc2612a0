import { expect } from 'chai';
import { Snapshot } from '../../core/scheduling/snapshot.ts';
import { describeScheduler } from '../../core/testing/describe-scheduler.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { binpack, type Packing } from './binpack.ts';

for (const packing of ['most', 'late'] as const) describeScheduler(`binpack (${packing})`, () => binpack(packing));

describe('scheduler binpack', () => {
  const run = (packing: Packing, count: number): string[] => {
    const view = new Snapshot();
    for (const name of ['a', 'b']) view.setNode(makeNode(name, {}, {}, { cpu: '4', memory: '8Gi', pods: '110' }));
    const scheduler = binpack(packing);
    return Array.from({ length: count }, (_, at) => {
      const pod = makePod(`pod-${at}`, {}, { resources: { requests: { cpu: '1', memory: '2Gi' } } });
      const placement = scheduler.place(pod, view) as { node: string };
      view.setPod(pod, placement.node);
      return placement.node;
    });
  };

  it('fills one node before it begins the next', () => {
    expect(run('most', 6)).to.deep.equal(['a', 'a', 'a', 'a', 'b', 'b']);
    expect(run('late', 6)).to.deep.equal(['a', 'a', 'a', 'a', 'b', 'b']);
  });
});
