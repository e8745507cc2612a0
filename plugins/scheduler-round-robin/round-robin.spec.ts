import { expect } from 'chai';
import { Snapshot } from '../../core/scheduling/snapshot.ts';
import { describeScheduler } from '../../core/testing/describe-scheduler.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { RoundRobinScheduler } from './round-robin.ts';

describeScheduler('round-robin', () => new RoundRobinScheduler());

describe('scheduler round-robin: its own rule', () => {
  function setUp(...names: string[]) {
    const cluster = new Snapshot();
    for (const name of names) cluster.setNode(makeNode(name));
    const scheduler = new RoundRobinScheduler();
    let count = 0;
    const next = () => {
      const pod = makePod(`pod-${count++}`);
      const placement = scheduler.place(pod, cluster);
      if (!('node' in placement)) return 'none';
      cluster.setPod(pod, placement.node);
      return placement.node;
    };
    return { cluster, scheduler, next };
  }

  it('goes round in the order in which nodes joined', () => {
    const { next } = setUp('a', 'b', 'c');
    expect([next(), next(), next(), next()]).to.deep.equal(['a', 'b', 'c', 'a']);
  });

  it('goes on behind the last node when another one has gone', () => {
    const { cluster, next } = setUp('a', 'b', 'c', 'd');
    expect([next(), next()]).to.deep.equal(['a', 'b']);
    cluster.removeNode('a');
    expect(cluster.nodes.map(({ name }) => name)).to.deep.equal(['d', 'b', 'c']);
    expect([next(), next(), next()]).to.deep.equal(['c', 'd', 'b']);
  });

  it('a refused pod costs nobody a turn', () => {
    const { cluster, scheduler, next } = setUp('a', 'b');
    expect(next()).to.equal('a');
    expect(scheduler.place(makePod('huge', {}, { resources: { requests: { cpu: '64' } } }), cluster)).to.deep.equal({
      unschedulable: { 'Insufficient cpu': 2 },
    });
    expect(next()).to.equal('b');
  });
});
