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

// Each line is a small cluster: its nodes (`!` cordoned, `*` tainted, `(2)` room for so many pods), the pods in order (`t`
// tolerates the taint), and where each goes.
describe('scheduler round-robin: a table of small clusters', () => {
  const cases: readonly (readonly [what: string, nodes: string, pods: string, placements: string])[] = [
    ['one node', 'a', 'p p p', 'a a a'],
    ['in turn', 'a b c', 'p p p p p p p', 'a b c a b c a'],
    ['a cordoned node is passed over', 'a b! c', 'p p p p', 'a c a c'],
    ['a tainted node is for those who tolerate it', 'a b* c', 'p p t t p t', 'a c a b c a'],
    ['a full node is passed over', 'a(1) b(2) c', 'p p p p p p', 'a b c b c c'],
    ['the turn goes on behind the last, not behind the one passed over', 'a b(1) c', 'p p p p p', 'a b c a c'],
    ['nobody has room', 'a(1) b(1)', 'p p p', 'a b -'],
    ['a refused pod costs nobody a turn', 'a* b* c(1)', 'p p t p t', 'c - a - b'],
    ['no node', '', 'p', '-'],
  ];
  const taints = [{ key: 'gpu', effect: 'NoSchedule' as const }];
  for (const [what, nodes, pods, placements] of cases)
    it(`${what}: ${placements}`, () => {
      const cluster = new Snapshot();
      for (const [, name = '', mark, room = '110'] of nodes.matchAll(/(\w)([!*])?(?:\((\d+)\))?/g)) {
        const spec = { unschedulable: mark === '!', ...(mark === '*' && { taints }) };
        cluster.setNode(makeNode(name, spec, {}, { cpu: '4', memory: '8Gi', pods: room }));
      }
      const scheduler = new RoundRobinScheduler();
      const placed = pods.split(' ').map((kind, at) => {
        const pod = makePod(`pod-${at}`, kind === 't' ? { tolerations: [{ key: 'gpu', operator: 'Exists' }] } : {});
        const placement = scheduler.place(pod, cluster);
        if (!('node' in placement)) return '-';
        cluster.setPod(pod, placement.node);
        return placement.node;
      });
      expect(placed.join(' ')).to.equal(placements);
    });
});
