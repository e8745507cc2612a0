// Cases of kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints, of the API reference, and of the
// plugin's own tables.

import { expect } from 'chai';
import type { Pod } from '../../../model/pod.ts';
import type { TopologySpreadConstraint } from '../../../model/topology-spread-constraint.ts';
import { makeNode } from '../../../testing/objects.ts';
import { fitting, labelled, scores, verdicts, viewOf } from './cases.fixture.ts';
import { podTopologySpread } from './pod-topology-spread.ts';

const host = 'kubernetes.io/hostname';
const foo = { foo: 'bar' };
const must = (topologyKey: string, more: Partial<TopologySpreadConstraint> = {}) =>
  ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: foo },
    ...more,
  }) as TopologySpreadConstraint;
const should = (topologyKey: string, more: Partial<TopologySpreadConstraint> = {}) =>
  must(topologyKey, { whenUnsatisfiable: 'ScheduleAnyway', ...more });

/** A pod of the group, with constraints. */
const mypod = (constraints: TopologySpreadConstraint[], spec: Partial<Pod['spec']> = {}) =>
  labelled('mypod', foo, { topologySpreadConstraints: constraints, ...spec });

/** `A: node1=2 node2=1 | B: node3=2`: zones, their nodes, and how many pods of the group each has; zone `-` is no label. */
function cluster(text: string, taints: Readonly<Record<string, string>> = {}) {
  const nodes: ReturnType<typeof makeNode>[] = [];
  const placed: Record<string, Pod[]> = {};
  for (const part of text.split('|')) {
    const [zone = '', list = ''] = part.trim().split(': ');
    for (const each of list.split(' ')) {
      const [name = '', count = '0'] = each.split('=');
      const key = taints[name];
      const spec = key === undefined ? {} : { taints: [{ key, effect: 'NoSchedule' as const }] };
      nodes.push(makeNode(name, spec, zone === '-' ? {} : { zone }));
      placed[name] = Array.from({ length: Number(count) }, (_, at) => labelled(`${name}-${at}`, foo));
    }
  }
  return viewOf(nodes, placed);
}

const text = "node(s) didn't match pod topology spread constraints";

describe('PodTopologySpread: the documentation’s examples', () => {
  const four = 'A: node1=1 node2=1 | B: node3=1 node4=0';
  const notC = {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['C'] }] }],
        },
      },
    },
  } as Partial<Pod['spec']>;
  const cases: readonly (readonly [what: string, cluster: string, pod: Pod, nodes: string])[] = [
    ['one constraint: zone A would have two more than B', four, mypod([must('zone')]), 'node3 node4'],
    ['... a skew of 2 is allowed: anywhere', four, mypod([must('zone', { maxSkew: 2 })]), 'node1 node2 node3 node4'],
    [
      'several constraints are joined: zone B, and the node that has none',
      four,
      mypod([must('zone'), must(host)]),
      'node4',
    ],
    ['conflicting constraints', 'A: node1=2 node2=1 | B: node3=2', mypod([must('zone'), must(host)]), ''],
    [
      '... resolved by a greater skew',
      'A: node1=2 node2=1 | B: node3=2',
      mypod([must('zone', { maxSkew: 2 }), must(host)]),
      'node2',
    ],
    ['... or by making one a wish', 'A: node1=2 node2=1 | B: node3=2', mypod([must('zone'), should(host)]), 'node3'],
    // Zone C is no domain for a pod that may not go there (NodeAffinity keeps it off node5).
    ['with node affinity', `${four} | C: node5=0`, mypod([must('zone')], notC), 'node3 node4 node5'],
    [
      '... that is not heeded',
      `${four} | C: node5=0`,
      mypod([must('zone', { nodeAffinityPolicy: 'Ignore' })], notC),
      'node5',
    ],
    ['maxSkew 1, zones 2/2/1', 'A: a=2 | B: b=2 | C: c=1', mypod([must('zone')]), 'c'],
    ['maxSkew 2, zones 2/2/1', 'A: a=2 | B: b=2 | C: c=1', mypod([must('zone', { maxSkew: 2 })]), 'a b c'],
    [
      'minDomains 5, maxSkew 2, zones 2/2/2: the least counts as 0',
      'A: a=2 | B: b=2 | C: c=2',
      mypod([must('zone', { maxSkew: 2, minDomains: 5 })]),
      '',
    ],
    [
      'minDomains 3, maxSkew 2, zones 2/2/2',
      'A: a=2 | B: b=2 | C: c=2',
      mypod([must('zone', { maxSkew: 2, minDomains: 3 })]),
      'a b c',
    ],
    [
      'minDomains 2 and one zone: no more than maxSkew there',
      'A: a=0 b=0',
      mypod([must('zone', { minDomains: 2 })]),
      'a b',
    ],
    ['... and the next pod waits for another zone', 'A: a=1 b=0', mypod([must('zone', { minDomains: 2 })]), ''],
  ];
  for (const [what, view, pod, nodes] of cases)
    it(`${what}: ${nodes || 'nowhere'}`, () => {
      expect(fitting(podTopologySpread, pod, cluster(view)).join(' ')).to.equal(nodes);
    });
});

describe('PodTopologySpread: what counts', () => {
  it('a node without the label is out, and pods that leave are no help', () => {
    const found = verdicts(podTopologySpread, mypod([must('zone')]), cluster('A: a=1 | B: b=0 | -: bare=0'));
    expect(found).to.deep.equal({ a: text, b: 'fits', bare: `${text} (missing required label)!` });
  });

  it('with several constraints, only nodes that have all labels', () => {
    // b has no rack, so zone B is no domain: the least is A's.
    const view = viewOf([makeNode('a', {}, { zone: 'A', rack: '1' }), makeNode('b', {}, { zone: 'B' })], {
      a: [labelled('p', foo)],
    });
    expect(verdicts(podTopologySpread, mypod([must('zone'), must('rack')]), view)).to.deep.equal({
      a: 'fits',
      b: `${text} (missing required label)!`,
    });
  });

  it('tainted nodes count, unless nodeTaintsPolicy is Honor and the pod does not tolerate them', () => {
    const view = cluster('A: a=1 | B: b=1 | C: c=0', { c: 'no' });
    const honor = [must('zone', { nodeTaintsPolicy: 'Honor' })];
    const tolerations = [{ key: 'no', operator: 'Exists' }] as never;
    expect(fitting(podTopologySpread, mypod([must('zone')]), view)).to.deep.equal(['c']);
    expect(fitting(podTopologySpread, mypod(honor), view)).to.deep.equal(['a', 'b', 'c']);
    expect(fitting(podTopologySpread, mypod(honor, { tolerations }), view)).to.deep.equal(['c']);
  });

  it('matchLabelKeys: only pods of the same revision', () => {
    const view = cluster('A: a=0 | B: b=0');
    for (const at of [1, 2]) view.setPod(labelled(`old-${at}`, { ...foo, hash: '1' }), 'a');
    const constraint = must('zone', { matchLabelKeys: ['hash'] });
    const spec = { topologySpreadConstraints: [constraint] };
    expect(fitting(podTopologySpread, labelled('next', { ...foo, hash: '1' }, spec), view)).to.deep.equal(['b']);
    expect(fitting(podTopologySpread, labelled('new', { ...foo, hash: '2' }, spec), view)).to.deep.equal(['a', 'b']);
    // A key that the pod has not is no condition.
    expect(fitting(podTopologySpread, labelled('none', foo, spec), view)).to.deep.equal(['b']);
  });

  it('a pod that its own selector does not mean adds nothing', () => {
    const spec = { topologySpreadConstraints: [must('zone')] };
    const view = cluster('A: a=1 | B: b=0');
    expect(fitting(podTopologySpread, labelled('other', {}, spec), view)).to.deep.equal(['a', 'b']);
  });

  it('no selector means no pods', () => {
    const { labelSelector: _, ...constraint } = must('zone');
    expect(fitting(podTopologySpread, mypod([constraint]), cluster('A: a=3 | B: b=0'))).to.deep.equal(['a', 'b']);
  });

  it('pods of other namespaces, and pods that are going, do not count', () => {
    const view = cluster('A: a=0 | B: b=0');
    view.setPod(labelled('elsewhere', foo, {}, 'other'), 'a');
    const going = labelled('going', foo);
    view.setPod({ ...going, metadata: { ...going.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }, 'a');
    expect(fitting(podTopologySpread, mypod([must('zone')]), view)).to.deep.equal(['a', 'b']);
  });

  it('a pod without constraints is nobody’s business', () => {
    expect(podTopologySpread.preFilter(mypod([should('zone')]), cluster('A: a=3'))).to.equal(undefined);
  });
});

// A domain's pods times ln(number of domains + 2), plus maxSkew - 1 for each constraint; rounded; least and greatest turned
// about: 100 * (greatest + least - score) / greatest.
describe('PodTopologySpread: the score', () => {
  const cases: readonly (readonly [what: string, cluster: string, TopologySpreadConstraint[], object])[] = [
    ['nobody there: all alike', 'A: a=0 b=0', [should(host)], { a: 100, b: 100 }],
    ['as many everywhere', 'A: a=1 b=1', [should(host)], { a: 100, b: 100 }],
    // 4, 2, 0, 5
    ['nodes with 2/1/0/3', 'A: a=2 b=1 | B: c=0 d=3', [should(host)], { a: 20, b: 60, c: 100, d: 0 }],
    // 5, 3, 1, 6
    [
      '... maxSkew 2 evens it out',
      'A: a=2 b=1 | B: c=0 d=3',
      [should(host, { maxSkew: 2 })],
      { a: 33, b: 66, c: 100, d: 16 },
    ],
    // 3 * ln 4 = 4, 1 * ln 4 = 1
    ['zones with 3/1', 'A: a=2 b=1 | B: c=1 d=0', [should('zone')], { a: 25, b: 25, c: 100, d: 100 }],
    // 8, 6, 3, 1
    ['zones and nodes', 'A: a=2 b=1 | B: c=1 d=0', [should('zone'), should(host)], { a: 12, b: 37, c: 75, d: 100 }],
    ['a node without the label gets nothing', 'A: a=1 | B: b=0 | -: c=0', [should('zone')], { a: 0, b: 100, c: 0 }],
    // Two nodes count for the host as well: 3 * ln 4 + 3 * ln 4 = 8, 1 * ln 4 + 1 * ln 4 = 3.
    [
      '... and does not count as a domain',
      'A: a=3 | B: b=1 | -: c=0 d=0',
      [should('zone'), should(host)],
      { a: 37, b: 100, c: 0, d: 0 },
    ],
  ];
  for (const [what, view, constraints, wanted] of cases)
    it(`${what}: ${JSON.stringify(wanted)}`, () => {
      expect(scores(podTopologySpread, mypod(constraints), cluster(view))).to.deep.equal(wanted);
    });

  // As in Kubernetes' own table: X is how many pods there are, ~X~ that the node has not passed the filters.
  const some: readonly (readonly [what: string, cluster: string, TopologySpreadConstraint[], object])[] = [
    ['4/3/2/1, maxSkew 3', 'A: a=4 b=3 | B: x=2 y=1', [should(host, { maxSkew: 3 })], { a: 44, b: 66, x: 77, y: 100 }],
    ['4/2/1/~3~', 'A: a=4 b=2 | B: x=1 y=3', [should(host)], { a: 33, b: 83, x: 100 }],
    [
      '4/2/1/~3~ by zone: pods on nodes that are out count',
      'A: a=4 b=2 | B: x=1 y=3',
      [should('zone')],
      { a: 75, b: 75, x: 100 },
    ],
    ['2/~1~/2/~4~ by zone and node', 'A: a=2 b=1 | B: x=2 y=4', [should('zone'), should(host)], { a: 100, x: 63 }],
  ];
  for (const [what, view, constraints, wanted] of some)
    it(`${what}: ${JSON.stringify(wanted)}`, () => {
      const found = scores(podTopologySpread, mypod(constraints), cluster(view), Object.keys(wanted));
      expect(found).to.deep.equal(wanted);
    });

  it('constraints that count different pods', () => {
    const view = cluster('A: a=1 b=0 | B: x=0 y=1');
    view.setPod(labelled('both', { ...foo, bar: '' }), 'b');
    view.setPod(labelled('bar', { bar: '' }), 'y');
    const bar = should(host, { labelSelector: { matchLabels: { bar: '' } } });
    const pod = labelled('p', { ...foo, bar: '' }, { topologySpreadConstraints: [should('zone'), bar] });
    expect(scores(podTopologySpread, pod, view)).to.deep.equal({ a: 60, b: 20, x: 100, y: 60 });
  });

  it('says nothing of constraints that must hold', () => {
    expect(scores(podTopologySpread, mypod([must('zone')]), cluster('A: a=1'))).to.equal(undefined);
  });
});
