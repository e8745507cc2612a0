import { expect } from 'chai';
import { Snapshot } from '../../core/scheduling/snapshot.ts';
import { describeScheduler } from '../../core/testing/describe-scheduler.ts';
import { makeNode, makePod } from '../../core/testing/objects.ts';
import { ResourceFitScheduler, type Strategy } from './resource-fit.ts';

for (const strategy of ['spread', 'pack'] as const) {
  describeScheduler(`resource-fit (${strategy})`, () => new ResourceFitScheduler(strategy));
}

describe('scheduler resource-fit: placements worked out by hand', () => {
  const big = makeNode('big', {}, {}, { cpu: '8', memory: '16Gi', pods: '110' });
  const small = makeNode('small', {}, {}, { cpu: '2', memory: '4Gi', pods: '110' });

  function run(strategy: Strategy, cpus: string[]) {
    const cluster = new Snapshot();
    cluster.setNode(big);
    cluster.setNode(small);
    const scheduler = new ResourceFitScheduler(strategy);
    return cpus.map((cpu, at) => {
      const memory = `${Number.parseInt(cpu, 10) * 2}Mi`;
      const pod = makePod(`pod-${at}`, {}, { resources: { requests: { cpu, memory } } });
      const placement = scheduler.place(pod, cluster);
      if (!('node' in placement)) return placement.unschedulable;
      cluster.setPod(pod, placement.node);
      return placement.node;
    });
  }

  it('spread: the node with the smaller share in use', () => {
    // With 1 CPU: big 1/8, small 1/2. Then big 2/8 < 1/2, 3/8 < 1/2, 4/8 = 1/2 but small has fewer pods, big 4/8 < 2/2.
    expect(run('spread', ['1000m', '1000m', '1000m', '1000m', '1000m'])).to.deep.equal([
      'big',
      'big',
      'big',
      'small',
      'big',
    ]);
  });

  it('pack: the node with the greater share in use, while it fits', () => {
    expect(run('pack', ['1000m', '1000m', '1000m'])).to.deep.equal(['small', 'small', 'big']);
  });

  it('says what is short on how many nodes', () => {
    expect(run('spread', ['9000m'])).to.deep.equal([{ 'Insufficient cpu': 2, 'Insufficient memory': 2 }]);
  });

  it('tells pods that ask for nothing apart by their number', () => {
    const cluster = new Snapshot();
    for (const name of ['a', 'b', 'c']) cluster.setNode(makeNode(name));
    const scheduler = new ResourceFitScheduler('spread');
    const placed = Array.from({ length: 6 }, (_, at) => {
      const pod = makePod(`web-${at}`);
      const placement = scheduler.place(pod, cluster) as { node: string };
      cluster.setPod(pod, placement.node);
      return placement.node;
    });
    expect(placed).to.deep.equal(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});
