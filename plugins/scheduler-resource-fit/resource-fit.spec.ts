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

// Each line is a small cluster: nodes with CPUs and Gi, pods with millicores and Mi, in order; and where each goes. The share is
// the mean of CPU's and memory's share that would be in use.
describe('scheduler resource-fit: a table of small clusters', () => {
  const cases: readonly (readonly [what: string, nodes: string, pods: string, spread: string, pack: string])[] = [
    ['nodes alike', 'a=4/8 b=4/8 c=4/8', '1000/2048 1000/2048 1000/2048 1000/2048', 'a b c a', 'a a a a'],
    // spread: 1/4 < 1/2; 2/4 = 1/2, and b has fewer pods; 2/4 < 2/2; b is full. pack: b until it is full.
    ['a node of double size', 'a=4/8 b=2/4', '1000/2048 1000/2048 1000/2048 1000/2048', 'a b a a', 'b b a a'],
    // CPU alone: a (1/2 + 0)/2, b (1/8 + 0)/2. Then memory alone; spread: a (0 + 1/8)/2, b (1/8 + 1/2)/2; pack: a (1/2 + 1/8)/2,
    // b (0 + 1/2)/2.
    ['a pod of CPU, a pod of memory', 'a=2/8 b=8/2', '1000/0 0/1024', 'b a', 'a a'],
    // With 3 CPU on it, a cannot take 2 more; pack would like to.
    ['the favourite is full', 'a=4/8 b=4/8', '3000/1024 2000/1024 1000/1024', 'a b b', 'a b a'],
    // Memory decides: 6Gi of 8 on a leaves no room for 4.
    ['memory is short, CPU is not', 'a=4/8 b=4/8', '100/6144 100/4096 100/2048', 'a b b', 'a b a'],
    ['nobody has room', 'a=1/1 b=1/1', '600/100 600/100 600/100', 'a b -', 'a b -'],
    // A container that asks for nothing counts as 100m and 200Mi.
    ['nothing asked', 'a=4/8 b=4/8', '/ / 1000/2048 / /', 'a b a b b', 'a a a a a'],
    // spread: l 1/8; l 2/8 = m 1/4, and m has fewer pods; l 2/8 < m 2/4; l 3/8 < m 2/4.
    ['from small to large', 's=1/2 m=2/4 l=4/8', '500/1024 500/1024 500/1024 500/1024', 'l m l l', 's s m m'],
  ];
  const node = (text: string) => {
    const [name = '', cpu = '', memory = ''] = text.split(/[=/]/);
    return makeNode(name, {}, {}, { cpu, memory: `${memory}Gi`, pods: '110' });
  };
  const pod = (text: string, at: number) => {
    const [cpu, memory] = text.split('/');
    return makePod(`pod-${at}`, {}, cpu ? { resources: { requests: { cpu: `${cpu}m`, memory: `${memory}Mi` } } } : {});
  };
  for (const [what, nodes, pods, ...wanted] of cases) {
    for (const [at, strategy] of (['spread', 'pack'] as const).entries()) {
      it(`${strategy}, ${what}: ${wanted[at]}`, () => {
        const cluster = new Snapshot();
        for (const text of nodes.split(' ')) cluster.setNode(node(text));
        const scheduler = new ResourceFitScheduler(strategy);
        const placed = pods.split(' ').map((text, number) => {
          const each = pod(text, number);
          const placement = scheduler.place(each, cluster);
          if (!('node' in placement)) return '-';
          cluster.setPod(each, placement.node);
          return placement.node;
        });
        expect(placed.join(' ')).to.equal(wanted[at]);
      });
    }
  }
});
