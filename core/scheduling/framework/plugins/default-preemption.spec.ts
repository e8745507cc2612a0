// The cases of Kubernetes' documentation (Pod Priority and Preemption), and those by which one node is chosen of many.

import { expect } from 'chai';
import type { DisruptionBudget } from '../../../contracts/scheduler.ts';
import type { FilterPlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { runs } from '../../../testing/runs.ts';
import { SeededRandom } from '../../../time/random.ts';
import { fitError } from '../../refusals.ts';
import { Snapshot } from '../../snapshot.ts';
import { defaultProfile } from '../default-profile.ts';
import { FrameworkScheduler } from '../framework-scheduler.ts';

interface Wishes {
  readonly priority?: number;
  readonly cpu?: string;
  readonly labels?: Record<string, string>;
  /** Seconds after midnight. */
  readonly start?: number;
  readonly spec?: Partial<Pod['spec']>;
}

const zone = 'topology.kubernetes.io/zone';

function pod(name: string, { priority = 0, cpu = '1', labels = {}, start, spec = {} }: Wishes = {}): Pod {
  const made = makePod(name, { priority, ...spec }, { resources: { requests: { cpu } } });
  const startTime = start === undefined ? undefined : `2026-01-01T00:00:${String(start).padStart(2, '0')}Z`;
  return {
    ...made,
    metadata: { ...made.metadata, labels },
    status: { phase: 'Running', ...(startTime && { startTime }) },
  };
}

const budget = (app: string, disruptionsAllowed: number): DisruptionBudget => ({
  metadata: { name: app, namespace: 'default' },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed },
});

describe('DefaultPreemption', () => {
  const { numRuns } = runs(8);
  let view: Snapshot;
  let scheduler: FrameworkScheduler;

  beforeEach(() => {
    view = new Snapshot();
    scheduler = new FrameworkScheduler({ name: 'default', ...defaultProfile() });
  });

  /** Nodes of 4 CPUs with the pods named. */
  const cluster = (nodes: Record<string, readonly Pod[]>, labels: Record<string, Record<string, string>> = {}) => {
    for (const [name, pods] of Object.entries(nodes)) {
      view.setNode(makeNode(name, {}, labels[name]));
      for (const each of pods) view.setPod(each, name);
    }
  };
  /** `node: victim, victim`; what it says otherwise. */
  const answer = (preemptor: Pod): string => {
    const placement = scheduler.place(preemptor, view);
    if ('node' in placement) return `placed on ${placement.node}`;
    const { nominate } = placement;
    if (nominate === undefined || nominate === 'nowhere') return nominate ?? 'nothing';
    return `${nominate.node}: ${nominate.victims.map(({ metadata }) => metadata.name).join(', ')}`;
  };
  const high = (wishes: Wishes = {}) => pod('high', { priority: 100, cpu: '2', ...wishes });

  describe('who', () => {
    it('evicts only pods of lower priority', () => {
      cluster({ a: [pod('equal', { priority: 100, cpu: '2' }), pod('low', { cpu: '2' })] });
      expect(answer(high())).to.equal('a: low');
      expect(answer(high({ cpu: '3' }))).to.equal('nothing');
    });

    it('evicts no more than it must, the least important first', () => {
      cluster({ a: [pod('p0'), pod('p3', { priority: 3 }), pod('p1', { priority: 1 }), pod('p2', { priority: 2 })] });
      expect(answer(high())).to.equal('a: p1, p0');
    });

    it('spares, of equal priority, those that have run longer', () => {
      cluster({ a: [pod('young', { start: 30, cpu: '2' }), pod('old', { start: 10, cpu: '2' })] });
      expect(answer(high())).to.equal('a: young');
    });

    it('evicts nobody where that cannot help', () => {
      view.setNode(makeNode('closed', { unschedulable: true }));
      view.setPod(pod('low', { cpu: '4' }), 'closed');
      expect(answer(high())).to.equal('nothing');
    });

    it('evicts nobody for a pod that is too large for any node', () => {
      cluster({ a: [pod('low', { cpu: '4' })] });
      expect(answer(high({ cpu: '5' }))).to.equal('nothing');
    });

    it('frees a host port', () => {
      const ports = { containers: [{ name: 'main', image: 'x', ports: [{ hostPort: 80, containerPort: 80 }] }] };
      cluster({ a: [pod('web', { spec: ports as never }), pod('other')] });
      expect(answer(high({ spec: ports as never }))).to.equal('a: web');
    });
  });

  describe('may it', () => {
    it('does not with preemptionPolicy Never', () => {
      cluster({ a: [pod('low', { cpu: '4' })] });
      expect(answer(high({ spec: { preemptionPolicy: 'Never' } }))).to.equal('nothing');
    });

    const nominated = (node: string) => ({ ...high(), status: { phase: 'Pending', nominatedNodeName: node } }) as Pod;
    const leaving = (reason: string) => {
      const low = pod('low', { cpu: '4' });
      return {
        ...low,
        metadata: { ...low.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
        status: { ...low.status, conditions: [{ type: 'DisruptionTarget', status: 'True', reason }] },
      } as Pod;
    };

    it('does not while victims are still leaving its node', () => {
      cluster({ a: [leaving('PreemptionByScheduler')], b: [pod('other', { cpu: '4' })] });
      expect(answer(nominated('a'))).to.equal('nothing');
    });

    it('does when those who leave leave for another reason', () => {
      cluster({ a: [leaving('EvictionByEvictionAPI')], b: [pod('other', { cpu: '4' })] });
      expect(answer(nominated('b'))).to.equal('a: low');
    });

    it('gives a nomination up when no room can be made any more', () => {
      cluster({ a: [pod('now-more', { priority: 200, cpu: '4' })] });
      expect(answer(nominated('a'))).to.equal('nowhere');
    });

    it('prefers the node where room was made, although another one is emptier', () => {
      cluster({ a: [pod('small', { cpu: '2' })], b: [] });
      expect(answer(nominated('a'))).to.equal('placed on a');
      expect(answer(high())).to.equal('placed on b');
    });
  });

  describe('what it says when no room can be made', () => {
    const said = (preemptor: Pod) => {
      const placement = scheduler.place(preemptor, view);
      return 'unschedulable' in placement ? fitError(view.nodes.length, placement.unschedulable, placement) : 'placed';
    };

    it('nobody to give way; nodes that nobody can make fit; nodes that stay too full', () => {
      cluster({
        a: [pod('a', { priority: 100, cpu: '4' })],
        b: [pod('b', { priority: 200, cpu: '3' }), pod('low')],
        c: [],
        d: [],
      });
      view.setNode(makeNode('c', { unschedulable: true }));
      view.setNode(makeNode('d', {}, {}, { cpu: '1', memory: '8Gi', pods: '110' }));
      expect(said(high())).to.equal(
        '0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
      );
    });

    it('nobody at all who is less important', () => {
      cluster({ a: [pod('a', { cpu: '4' })], b: [pod('b', { cpu: '4' })] });
      expect(said(pod('c'))).to.equal(
        '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
      );
    });

    it('nothing of it where room is made, or where there are no nodes', () => {
      expect(said(high())).to.equal('no nodes available to schedule pods');
      cluster({ a: [pod('low', { cpu: '4' })] });
      expect(said(high())).to.equal('0/1 nodes are available: 1 Insufficient cpu.');
    });

    it('why it may not even try', () => {
      cluster({ a: [pod('low', { cpu: '4' })] });
      expect(said(high({ spec: { preemptionPolicy: 'Never' } }))).to.equal(
        '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
      );
    });

    it('behind what rules out all nodes at once', () => {
      cluster({ a: [] });
      const refuses = { reasons: ['claim "data" not found'], resolvable: true };
      const filter: FilterPlugin = { name: 'Claims', retryOn: [], preFilter: () => refuses };
      const profile = defaultProfile();
      scheduler = new FrameworkScheduler({ name: 'claims', ...profile, filters: [filter] });
      expect(said(high())).to.equal(
        '0/1 nodes are available: claim "data" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      );
    });
  });

  describe('where: of many nodes the one', () => {
    it('with the fewest violations of disruption budgets', () => {
      view.setBudget('default/db', budget('db', 0));
      cluster({
        a: [pod('db', { cpu: '4', labels: { app: 'db' } })],
        b: [pod('more', { priority: 50, cpu: '4' })],
      });
      expect(answer(high())).to.equal('b: more');
    });

    it('whose most important victim is the least important', () => {
      cluster({ a: [pod('p5', { priority: 5, cpu: '4' })], b: [pod('p4', { priority: 4, cpu: '4' })] });
      expect(answer(high())).to.equal('b: p4');
    });

    it('with the smallest sum of priorities', () => {
      cluster({
        a: [pod('a5', { priority: 5, cpu: '2' }), pod('a4', { priority: 4, cpu: '2' })],
        b: [pod('b5', { priority: 5, cpu: '2' }), pod('b3', { priority: 3, cpu: '2' })],
      });
      expect(answer(high({ cpu: '4' }))).to.equal('b: b5, b3');
    });

    it('with the fewest victims', () => {
      cluster({ a: [pod('a1', { cpu: '2' }), pod('a2', { cpu: '2' })], b: [pod('b1', { cpu: '4' })] });
      expect(answer(high({ cpu: '4' }))).to.equal('b: b1');
    });

    it('whose victim started last', () => {
      cluster({ a: [pod('old', { cpu: '4', start: 10 })], b: [pod('young', { cpu: '4', start: 30 })] });
      expect(answer(high())).to.equal('b: young');
    });

    it('that comes first, when all else is equal', () => {
      cluster({ a: [pod('a1', { cpu: '4', start: 1 })], b: [pod('b1', { cpu: '4', start: 1 })] });
      expect(answer(high())).to.equal('a: a1');
    });
  });

  describe('disruption budgets', () => {
    const db = (name: string, priority: number) => pod(name, { priority, cpu: '2', labels: { app: 'db' } });

    it('are spared as long as others can go, even more important ones', () => {
      view.setBudget('default/db', budget('db', 0));
      cluster({ a: [db('db', 1), pod('web', { priority: 9, cpu: '2' })] });
      expect(answer(high())).to.equal('a: web');
    });

    it('are violated when there is no other way', () => {
      view.setBudget('default/db', budget('db', 0));
      cluster({ a: [db('db-1', 1), db('db-2', 2)] });
      expect(answer(high())).to.equal('a: db-1');
    });

    it('protect nobody while they allow a disruption', () => {
      view.setBudget('default/db', budget('db', 1));
      cluster({ a: [db('db', 1), pod('web', { priority: 9, cpu: '2' })] });
      expect(answer(high())).to.equal('a: db');
    });

    it('protect pods of their own namespace only', () => {
      view.setBudget('other/db', { ...budget('db', 0), metadata: { name: 'db', namespace: 'other' } });
      cluster({ a: [db('db', 1), pod('web', { priority: 9, cpu: '2' })] });
      expect(answer(high())).to.equal('a: db');
    });
  });

  describe('what others on other nodes have to do with it', () => {
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const away = { topologyKey: zone, labelSelector: { matchLabels: { app: 'noisy' } } };
    const quiet = high({ cpu: '100m', spec: { affinity: { podAntiAffinity: { [required]: [away] } } } as never });

    it('evicts whom it must not be near', () => {
      cluster({ a: [pod('noisy', { labels: { app: 'noisy' } }), pod('web')] }, { a: { [zone]: 'z' } });
      expect(answer(quiet)).to.equal('a: noisy');
    });

    it('evicts nobody on other nodes of the domain', () => {
      const noisy = (name: string) => pod(name, { labels: { app: 'noisy' } });
      cluster({ a: [noisy('n1')], b: [noisy('n2')] }, { a: { [zone]: 'z' }, b: { [zone]: 'z' } });
      expect(answer(quiet)).to.equal('nothing');
    });

    it('does nothing on a node where it wants to be near a less important pod', () => {
      const near = { topologyKey: zone, labelSelector: { matchLabels: { app: 'db' } } };
      const wants = high({ spec: { affinity: { podAffinity: { [required]: [near] } } } as never });
      const db = (priority: number) => pod('db', { priority, cpu: '2', labels: { app: 'db' } });
      cluster({ a: [db(1), pod('web', { cpu: '2' })] }, { a: { [zone]: 'z' } });
      expect(answer(wants)).to.equal('nothing');
      view.setPod(db(100), 'a');
      expect(answer(wants)).to.equal('a: web');
    });

    it('evicts where its kind is spread too thick', () => {
      const spread = {
        maxSkew: 1,
        topologyKey: zone,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      };
      const labels = { app: 'web' };
      const web = (name: string, priority = 0) => pod(name, { priority, cpu: '100m', labels });
      cluster(
        { a: [web('a1'), pod('filler', { cpu: '3' })], b: [pod('b1', { priority: 900, cpu: '4' })] },
        { a: { [zone]: 'x' }, b: { [zone]: 'y' } },
      );
      expect(answer(high({ cpu: '100m', labels, spec: { topologySpreadConstraints: [spread] } as never }))).to.equal(
        'a: a1',
      );
    });
  });

  it('leaves no trace of its hypotheses: asked again, it answers the same', () => {
    cluster({
      a: [pod('p0', { cpu: '2' }), pod('p1', { priority: 1, cpu: '2' })],
      b: [pod('p2', { priority: 2, cpu: '4' })],
    });
    const before = JSON.stringify(view.nodes.map(({ requested, pods }) => [requested, pods]));
    for (let times = 0; times < 3; times += 1) expect(answer(high())).to.equal('a: p0');
    expect(JSON.stringify(view.nodes.map(({ requested, pods }) => [requested, pods]))).to.equal(before);
  });

  it('keeps what it found out, and answers as if it had not', () => {
    for (let seed = 0; seed < numRuns; seed += 1) {
      const random = new SeededRandom(`kept candidates ${seed}`);
      view = new Snapshot();
      const keeping = new FrameworkScheduler({ name: 'kept', ...defaultProfile() });
      for (let at = 0; at < 6; at += 1) view.setNode(makeNode(`node-${at}`));
      for (let at = 0; at < 60; at += 1) {
        const labels = { app: random.pick(['db', 'web']) as string };
        const wishes = { priority: random.int(4), cpu: `${1 + random.int(3)}`, labels, start: random.int(60) };
        view.setPod(pod(`pod-${random.int(20)}`, wishes), `node-${random.int(6)}`);
        if (random.int(10) === 0) view.setBudget('default/db', budget('db', random.int(3)));
        const preemptor = pod(`high-${at}`, { priority: 2 + random.int(3), cpu: '2' });
        scheduler = keeping;
        const kept = answer(preemptor);
        scheduler = new FrameworkScheduler({ name: 'fresh', ...defaultProfile() });
        expect(answer(preemptor), `seed ${seed}, ${at}`).to.equal(kept);
      }
    }
  });

  it('looks at a sample of many nodes, and goes round them', () => {
    for (let at = 0; at < 300; at += 1) {
      view.setNode(makeNode(`node-${at}`));
      view.setPod(pod(`low-${at}`, { cpu: '4' }), `node-${at}`);
    }
    expect([1, 2, 3, 4].map((at) => answer(pod(`high-${at}`, { priority: 9 })))).to.deep.equal([
      'node-0: low-0',
      'node-100: low-100',
      'node-200: low-200',
      'node-0: low-0',
    ]);
  });

  describe('nominated pods', () => {
    it('count for pods of equal or lower priority', () => {
      cluster({ a: [] });
      view.setNominated(high({ cpu: '3' }), 'a');
      expect(answer(pod('web', { cpu: '2', priority: 100 }))).to.equal('nothing');
      expect(answer(pod('small', { cpu: '1' }))).to.equal('placed on a');
    });

    it('are nothing to lean on: who wants to be near one waits until it is there', () => {
      const near = { topologyKey: zone, labelSelector: { matchLabels: { app: 'db' } } };
      const required = 'requiredDuringSchedulingIgnoredDuringExecution';
      const wants = pod('web', { spec: { affinity: { podAffinity: { [required]: [near] } } } as never });
      cluster({ a: [] }, { a: { [zone]: 'z' } });
      const db = high({ labels: { app: 'db' } });
      view.setNominated(db, 'a');
      expect(answer(wants)).to.equal('nothing');
      view.setPod(db, 'a');
      expect(answer(wants)).to.equal('placed on a');
    });
  });
});
