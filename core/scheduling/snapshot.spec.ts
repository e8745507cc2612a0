import { expect } from 'chai';
import fc from 'fast-check';
import { makeNode, makePod } from '../testing/objects.ts';
import { Snapshot } from './snapshot.ts';

const asking = (name: string, cpu: number) =>
  makePod(name, {}, { resources: { requests: { cpu: `${cpu}m`, memory: '1Mi' } } });

describe('scheduling snapshot', () => {
  it('counts a pod on its node, moves it, and forgets it', () => {
    const cluster = new Snapshot();
    cluster.setNode(makeNode('a'));
    cluster.setNode(makeNode('b'));
    cluster.setPod(asking('web', 250), 'a');
    expect(cluster.node('a')?.requested).to.include({ cpu: 250, pods: 1 });
    cluster.setPod(asking('web', 250), 'b');
    expect(cluster.node('a')?.requested).to.include({ cpu: 0, pods: 0 });
    expect(cluster.node('b')?.requested).to.include({ cpu: 250, pods: 1 });
    cluster.removePod('uid-web');
    expect(cluster.node('b')?.pods).to.deep.equal([]);
  });

  it('remembers pods of a node that it does not know yet, or does not know any more', () => {
    const cluster = new Snapshot();
    cluster.setPod(asking('web', 250), 'a');
    cluster.setNode(makeNode('a'));
    expect(cluster.node('a')?.requested.cpu).to.equal(250);
    cluster.removeNode('a');
    cluster.setNode(makeNode('a'));
    expect(cluster.node('a')?.pods.map(({ metadata }) => metadata.name)).to.deep.equal(['web']);
  });

  it('shows a hypothesis without becoming it', () => {
    const cluster = new Snapshot();
    cluster.setNode(makeNode('a'));
    const web = asking('web', 250);
    expect(cluster.with(web, 'a').node('a')?.requested.cpu).to.equal(250);
    expect(cluster.node('a')?.requested.cpu).to.equal(0);
    cluster.setPod(web, 'a');
    expect(cluster.without([web]).node('a')?.pods).to.deep.equal([]);
    expect(cluster.node('a')?.requested.cpu).to.equal(250);
  });

  it('holds host ports while their pod is there', () => {
    const cluster = new Snapshot();
    cluster.setNode(makeNode('a'));
    cluster.setPod(makePod('web', {}, { ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }] }), 'a');
    expect([...(cluster.node('a')?.usedPorts ?? [])]).to.deep.equal(['TCP/0.0.0.0/80']);
    cluster.removePod('uid-web');
    expect(cluster.node('a')?.usedPorts.size).to.equal(0);
  });

  it('after any walk of changes agrees with a snapshot built anew', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('join' as const), node: fc.nat(4), cpu: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ do: fc.constant('leave' as const), node: fc.nat(4) }),
      fc.record({ do: fc.constant('place' as const), node: fc.nat(4), pod: fc.nat(9), cpu: fc.nat(500) }),
      fc.record({ do: fc.constant('end' as const), pod: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (walk) => {
        const grown = new Snapshot();
        const nodes = new Map<string, ReturnType<typeof makeNode>>();
        const pods = new Map<string, [ReturnType<typeof makePod>, string]>();
        for (const change of walk) {
          if (change.do === 'join') {
            const node = makeNode(`n${change.node}`, {}, {}, { cpu: `${change.cpu}`, memory: '1Gi', pods: '10' });
            nodes.set(node.metadata.name, node);
            grown.setNode(node);
          } else if (change.do === 'leave') {
            nodes.delete(`n${change.node}`);
            grown.removeNode(`n${change.node}`);
          } else if (change.do === 'place') {
            const pod = asking(`p${change.pod}`, change.cpu);
            pods.set(pod.metadata.uid, [pod, `n${change.node}`]);
            grown.setPod(pod, `n${change.node}`);
          } else {
            pods.delete(`uid-p${change.pod}`);
            grown.removePod(`uid-p${change.pod}`);
          }
        }
        const anew = new Snapshot();
        for (const node of nodes.values()) anew.setNode(node);
        for (const [pod, node] of pods.values()) anew.setPod(pod, node);
        expect(picture(grown)).to.deep.equal(picture(anew));
      }),
    );
  });
});

function picture(of: Snapshot) {
  const { columns } = of;
  return of.nodes
    .map(({ name, index, allocatable, requested, pods }) => ({
      name,
      allocatable,
      requested,
      nonZeroCpu: columns.nonZeroCpu[index],
      allocatableCpu: columns.allocatableCpu[index],
      pods: pods.map(({ metadata }) => metadata.name).sort(),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
