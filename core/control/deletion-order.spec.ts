import { expect } from 'chai';
import type { Pod } from '../model/pod.ts';
import { SeededRandom } from '../time/random.ts';
import { podsToDelete } from './deletion-order.ts';

interface Traits {
  node?: string;
  phase?: string;
  /** Time at which it became ready. */
  ready?: string;
  cost?: string;
  restarts?: number;
  born?: string;
}

const pod = (name: string, traits: Traits): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: traits.born ?? '2026-01-01T00:00:00Z',
      ...(traits.cost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': traits.cost } }),
    },
    spec: { containers: [], ...(traits.node !== undefined && { nodeName: traits.node }) },
    status: {
      phase: traits.phase ?? 'Running',
      conditions: traits.ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: traits.ready }] : [],
      containerStatuses: [{ name: 'main', ready: true, restartCount: traits.restarts ?? 0, image: '', imageID: '' }],
    },
  }) as unknown as Pod;

const noon = '2026-01-01T12:00:00Z';

/** Each pair of neighbours differs in one thing only; the upper one goes first. */
const order: Pod[] = [
  pod('unassigned', { phase: 'Pending' }),
  pod('pending', { node: 'b', phase: 'Pending' }),
  pod('unknown', { node: 'b', phase: 'Unknown' }),
  pod('not-ready', { node: 'b' }),
  pod('cheap', { node: 'b', ready: noon, cost: '-5' }),
  pod('crowded', { node: 'a', ready: noon }),
  pod('crowded-2', { node: 'a', ready: '2026-01-01T11:00:00Z' }),
  pod('ready-late', { node: 'c', ready: '2026-01-01T13:00:00Z' }),
  pod('restarted', { node: 'd', ready: noon, restarts: 3 }),
  pod('young', { node: 'e', ready: noon, born: '2026-01-01T01:00:00Z' }),
  pod('old', { node: 'f', ready: noon }),
  pod('dear', { node: 'a', ready: noon, cost: '5' }),
];

describe('podsToDelete', () => {
  it('goes by Kubernetes’ order, whatever the order of the list', () => {
    // Node b is as crowded as node a for those that are compared by other things first.
    const shuffled = new SeededRandom(7).shuffle(order);
    const names = podsToDelete(shuffled, order, order.length - 1).map(({ metadata }) => metadata.name);
    expect(names).to.deep.equal(order.slice(0, -1).map(({ metadata }) => metadata.name));
  });

  it('takes all when all should go', () => {
    expect(podsToDelete(order, order, 99)).to.have.length(order.length);
  });

  it('ignores a cost that is no number', () => {
    const odd = [pod('a', { node: 'a', ready: noon, cost: '+7' }), pod('b', { node: 'b', ready: noon, cost: '-1' })];
    expect(podsToDelete(odd, odd, 1).map(({ metadata }) => metadata.name)).to.deep.equal(['b']);
  });
});
