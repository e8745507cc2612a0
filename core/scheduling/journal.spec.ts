import { expect } from 'chai';
import fc from 'fast-check';
import { makeNode, makePod } from '../testing/objects.ts';
import { runs } from '../testing/runs.ts';
import { readContents, writeContents } from './contents.ts';
import { Journal } from './journal.ts';
import { BoundedRing } from './journal-ring.ts';
import { Snapshot } from './snapshot.ts';

const pod = (name: string, cpu: number, labels = {}) => {
  const made = makePod(name, {}, { resources: { requests: { cpu: `${cpu}m`, memory: '1Mi' } } });
  return { ...made, metadata: { ...made.metadata, labels } };
};

/** Everything that a scheduler sees, in order. */
const picture = (of: Snapshot) => ({
  nodes: of.nodes.map(({ name, index, allocatable, requested, pods, labels }) => ({
    name,
    index,
    labels,
    allocatable,
    requested,
    pods: pods.map(({ metadata }) => [metadata.name, metadata.labels]),
  })),
  nominated: [...of.nominated.keys()].sort(),
  budgets: of.budgets.map(({ metadata, status }) => [metadata.name, status?.disruptionsAllowed]).sort(),
  namespace: of.namespaceLabels('default'),
});

const step = fc.oneof(
  fc.record({ do: fc.constant('join' as const), node: fc.nat(4), cpu: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant('leave' as const), node: fc.nat(4) }),
  fc.record({ do: fc.constant('place' as const), node: fc.nat(5), pod: fc.nat(9), cpu: fc.constantFrom(100, 200) }),
  fc.record({ do: fc.constant('label' as const), pod: fc.nat(9), label: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('nominate' as const), node: fc.nat(4), pod: fc.nat(9) }),
  fc.record({ do: fc.constant('end' as const), pod: fc.nat(9) }),
  fc.record({ do: fc.constant('budget' as const), allowed: fc.option(fc.nat(3)) }),
  fc.record({ do: fc.constant('namespace' as const), label: fc.constantFrom('a', 'b') }),
);

function take(cluster: Snapshot, change: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
  switch (change.do) {
    case 'join':
      return cluster.setNode(makeNode(`n${change.node}`, {}, {}, { cpu: `${change.cpu}`, memory: '1Gi', pods: '10' }));
    case 'leave':
      return cluster.removeNode(`n${change.node}`);
    case 'place':
      return cluster.setPod(pod(`p${change.pod}`, change.cpu), `n${change.node}`);
    case 'label': {
      const known = cluster.nodes
        .flatMap(({ pods }) => pods)
        .find(({ metadata }) => metadata.name === `p${change.pod}`);
      if (!known) return;
      const labels = { team: change.label };
      return cluster.setPod(
        { ...known, metadata: { ...known.metadata, labels } },
        cluster.placeOf(known.metadata.uid)!,
      );
    }
    case 'nominate':
      return cluster.setNominated(pod(`p${change.pod}`, 300), `n${change.node}`);
    case 'end':
      return cluster.removePod(`uid-p${change.pod}`);
    case 'budget': {
      const budget = { metadata: { name: 'b' }, status: { disruptionsAllowed: change.allowed ?? 0 } };
      return cluster.setBudget('default/b', change.allowed === null ? undefined : budget);
    }
    case 'namespace':
      return cluster.setNamespace('default', { team: change.label });
  }
}

describe('scheduling journal', () => {
  it('goes back to any moment: the same nodes and pods in the same order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (walk) => {
        const journal = new Journal();
        const cluster = new Snapshot(undefined, journal);
        const moments = walk.map((change) => {
          take(cluster, change);
          return { position: journal.position, picture: picture(cluster) };
        });
        for (const moment of moments) {
          const contents = readContents(JSON.parse(JSON.stringify(writeContents(cluster.contents()))));
          expect(journal.rewind(contents, moment.position)).to.equal(moment.position);
          expect(picture(Snapshot.of(contents))).to.deep.equal(moment.picture);
        }
      }),
      runs(200),
    );
  });

  it('goes back as far as it remembers, and says how far that is', () => {
    const journal = new Journal(3);
    const cluster = new Snapshot(undefined, journal);
    cluster.setNode(makeNode('a'));
    for (const name of ['1', '2', '3', '4']) cluster.setPod(pod(name, 100), 'a');
    const contents = cluster.contents();
    expect(journal.rewind(contents, 0)).to.equal(2);
    expect(contents.pods.get('a')?.map(({ metadata }) => metadata.name)).to.deep.equal(['1']);
  });
});

describe('bounded ring', () => {
  it('keeps the last items, by number, within count and bytes', () => {
    const ring = new BoundedRing<string>(3, 100);
    for (const item of ['a', 'b', 'c', 'd']) ring.push(item, 10);
    expect([...ring]).to.deep.equal(['b', 'c', 'd']);
    expect([ring.first, ring.next, ring.get(0), ring.get(3), ring.get(4)]).to.deep.equal([
      1,
      4,
      undefined,
      'd',
      undefined,
    ]);
    ring.push('large', 95);
    expect([...ring]).to.deep.equal(['large']);
    ring.push('larger', 500);
    expect([...ring]).to.deep.equal(['larger']);
    ring.push('small', 1);
    expect([...ring]).to.deep.equal(['small']);
  });
});
