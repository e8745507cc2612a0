import { expect } from 'chai';
import { Snapshot } from '../../core/scheduling/snapshot.ts';
import { describeScheduler } from '../../core/testing/describe-scheduler.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RandomScheduler } from './random.ts';

describeScheduler('random', () => new RandomScheduler(new SeededRandom(1)));

describe('scheduler random', () => {
  const run = (seed: number) => {
    const view = new Snapshot();
    for (const name of ['a', 'b', 'c', 'd']) view.setNode(makeNode(name));
    const scheduler = new RandomScheduler(new SeededRandom(seed));
    return Array.from(
      { length: 400 },
      (_, at) => (scheduler.place(makePod(`pod-${at}`), view) as { node: string }).node,
    );
  };

  it('gives every node about the same share', () => {
    const placed = run(7);
    for (const name of ['a', 'b', 'c', 'd'])
      expect(placed.filter((node) => node === name).length).to.be.within(70, 130);
  });

  it('places alike with the same seed', () => {
    expect(run(3)).to.deep.equal(run(3));
    expect(run(3)).not.to.deep.equal(run(4));
  });

  it('tells afterwards which lots were drawn, and among whom', () => {
    const view = new Snapshot();
    for (const name of ['a', 'b', 'c', 'd']) view.setNode(makeNode(name, { unschedulable: name === 'a' }));
    const scheduler = new RandomScheduler(new SeededRandom(7));
    const attempts = Array.from({ length: 50 }, (_, at) => {
      const pod = makePod(`pod-${at}`);
      const { memory } = scheduler;
      return { pod, memory, node: (scheduler.place(pod, view) as { node: string }).node };
    });
    const rules = attempts.map(({ pod, memory, node }) => {
      const { winner, rule, nodes } = scheduler.explain(pod, view, memory);
      expect(winner).to.equal(node);
      expect(nodes[0]).to.include({ node: 'a', refusedBy: 'NodeUnschedulable' });
      return rule;
    });
    expect(new Set(rules)).to.deep.equal(
      new Set([
        'a lot among all 4 nodes: the first that was drawn can take the pod',
        'a lot among all 4 nodes until one can take the pod: a came before, and cannot',
      ]),
    );
  });

  it('draws among those that can, where lots found none', () => {
    const view = new Snapshot();
    for (let at = 0; at < 200; at += 1) view.setNode(makeNode(`node-${at}`, { unschedulable: at > 1 }));
    const scheduler = new RandomScheduler(new SeededRandom(1));
    const { memory } = scheduler;
    const { node } = scheduler.place(makePod('a'), view) as { node: string };
    expect(scheduler.explain(makePod('a'), view, memory)).to.include({
      winner: node,
      rule: '16 lots among all 200 nodes found none that can take the pod; then a lot among the 2 that can',
    });
    const nowhere = scheduler.explain(makePod('huge', { nodeSelector: { no: 'where' } }), view, memory);
    expect(nowhere).to.include({ rule: 'no node can take the pod' }).and.not.to.have.property('winner');
  });
});
