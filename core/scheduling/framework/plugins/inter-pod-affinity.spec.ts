// Cases of kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node (inter-pod affinity and anti-affinity), and of the
// plugin's own tables.

import { expect } from 'chai';
import type { PodAffinityTerm } from '../../../model/affinity.ts';
import type { StringMap } from '../../../model/meta.ts';
import type { Pod } from '../../../model/pod.ts';
import { makeNode } from '../../../testing/objects.ts';
import { defaultProfile } from '../default-profile.ts';
import { FrameworkScheduler } from '../framework-scheduler.ts';
import { labelled, scores, verdicts, viewOf } from './cases.fixture.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';

const host = 'kubernetes.io/hostname';
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

const like = (matchLabels: StringMap, topologyKey = 'zone', more: Partial<PodAffinityTerm> = {}): PodAffinityTerm =>
  ({ topologyKey, labelSelector: { matchLabels }, ...more }) as PodAffinityTerm;
const S1 = { security: 'S1' };
const S2 = { security: 'S2' };

const near = (...terms: PodAffinityTerm[]) => ({ podAffinity: { [required]: terms } });
const away = (...terms: PodAffinityTerm[]) => ({ podAntiAffinity: { [required]: terms } });
const wish = (weight: number, podAffinityTerm: PodAffinityTerm) => [{ weight, podAffinityTerm }];
const preferNear = (weight: number, term: PodAffinityTerm) => ({ podAffinity: { [preferred]: wish(weight, term) } });
const preferAway = (weight: number, term: PodAffinityTerm) => ({
  podAntiAffinity: { [preferred]: wish(weight, term) },
});

const pod = (name: string, labels: StringMap, affinity: object = {}, namespace = 'default'): Pod =>
  labelled(name, labels, { affinity } as Partial<Pod['spec']>, namespace);

/** Two nodes in zone V, one in zone R, one in none. */
const nodes = [
  makeNode('v1', {}, { zone: 'V' }),
  makeNode('v2', {}, { zone: 'V' }),
  makeNode('r', {}, { zone: 'R' }),
  makeNode('bare'),
];

/** One letter a node: fits, n(ot near), a(way), u(nwelcome). */
const letters: Readonly<Record<string, string>> = {
  fits: 'f',
  "node(s) didn't match pod affinity rules!": 'n',
  "node(s) didn't match pod anti-affinity rules": 'a',
  "node(s) didn't satisfy existing pods anti-affinity rules": 'u',
};
const verdict = (
  wanted: Pod,
  placed: Readonly<Record<string, readonly Pod[]>>,
  namespaces: Record<string, StringMap> = {},
) => {
  const view = viewOf(nodes, placed);
  for (const [name, labels] of Object.entries(namespaces)) view.setNamespace(name, labels);
  return Object.values(verdicts(interPodAffinity, wanted, view))
    .map((each) => letters[each] ?? each)
    .join('');
};

describe('InterPodAffinity: which nodes it keeps out (v1, v2 in zone V; r in zone R; one without zone)', () => {
  const v1 = (...pods: Pod[]) => ({ v1: pods });
  const s1 = pod('s1', S1);
  const both = pod('both', { ...S1, app: 'x' });
  const cases: readonly (readonly [what: string, pod: Pod, placed: Record<string, Pod[]>, verdicts: string])[] = [
    ['a pod without affinity', pod('web', {}), v1(s1), 'ffff'],
    ['near S1: its zone', pod('web', {}, near(like(S1))), v1(s1), 'ffnn'],
    ['near S1: its node', pod('web', {}, near(like(S1, host))), v1(s1), 'fnnn'],
    ['near S1, but there is none', pod('web', {}, near(like(S1))), v1(pod('s2', S2)), 'nnnn'],
    ['near S1, which is in another namespace', pod('web', {}, near(like(S1))), v1(pod('s1', S1, {}, 'other')), 'nnnn'],
    [
      '... that the term names',
      pod('web', {}, near(like(S1, 'zone', { namespaces: ['other'] }))),
      v1(pod('s1', S1, {}, 'other')),
      'ffnn',
    ],
    ['the first of its own kind goes anywhere with the label', pod('web', S1, near(like(S1))), {}, 'fffn'],
    ['the second goes to the first', pod('web', S1, near(like(S1))), v1(s1), 'ffnn'],
    ['two terms: one pod must be what both mean', pod('web', {}, near(like(S1), like({ app: 'x' }))), v1(both), 'ffnn'],
    ['... not one each', pod('web', {}, near(like(S1), like({ app: 'x' }))), v1(s1, pod('x', { app: 'x' })), 'nnnn'],
    ['two terms of different topologies', pod('web', {}, near(like(S1), like(S1, host))), v1(s1), 'fnnn'],
    [
      'an empty selector means every pod',
      pod('web', {}, near({ topologyKey: 'zone', labelSelector: {} } as never)),
      v1(s1),
      'ffnn',
    ],
    ['no selector means no pod', pod('web', {}, near({ topologyKey: 'zone' } as never)), v1(s1), 'nnnn'],
    ['away from S1: not in its zone; a node without zone is in none', pod('web', {}, away(like(S1))), v1(s1), 'aaff'],
    ['away from S1: not on its node', pod('web', {}, away(like(S1, host))), v1(s1), 'afff'],
    [
      'away from S1 or x: one is enough',
      pod('web', {}, away(like(S1), like({ app: 'x' }))),
      { v1: [s1], r: [pod('x', { app: 'x' })] },
      'aaaf',
    ],
    ['who is there wants to be away from us', pod('web', S1), v1(pod('shy', {}, away(like(S1)))), 'uuff'],
    ['... but not from others', pod('web', S2), v1(pod('shy', {}, away(like(S1)))), 'ffff'],
    ['... of its own namespace only', pod('web', S1, {}, 'other'), v1(pod('shy', {}, away(like(S1)))), 'ffff'],
    [
      'near first, then away, then unwelcome',
      pod('web', S1, { ...near(like(S2)), ...away(like({ app: 'x' })) }),
      {
        v1: [pod('s2', S2), pod('x', { app: 'x' })],
        r: [pod('s2r', S2), pod('shy', {}, away(like(S1)))],
      },
      'aaun',
    ],
    ['a wish keeps nobody out', pod('web', {}, { ...preferNear(1, like(S1)) }), {}, 'ffff'],
  ];
  for (const [what, wanted, placed, verdicts] of cases)
    it(`${what}: ${verdicts}`, () => {
      expect(verdict(wanted, placed)).to.equal(verdicts);
    });

  it('namespaceSelector: the namespaces that it chooses; an empty one chooses all', () => {
    const placed = v1(pod('s1', S1, {}, 'blue-team'));
    const namespaces = { 'blue-team': { team: 'blue' }, default: {} };
    const term = (namespaceSelector: object) => pod('web', {}, near(like(S1, 'zone', { namespaceSelector })));
    expect(verdict(term({ matchLabels: { team: 'blue' } }), placed, namespaces)).to.equal('ffnn');
    expect(verdict(term({ matchLabels: { team: 'red' } }), placed, namespaces)).to.equal('nnnn');
    expect(verdict(term({}), placed, namespaces)).to.equal('ffnn');
  });

  it('matchLabelKeys: pods of the same revision only', () => {
    const term = like({ app: 'db' }, 'zone', { matchLabelKeys: ['pod-template-hash'] });
    const of = (hash: string) => pod(`db-${hash}`, { app: 'db', 'pod-template-hash': hash }, near(term));
    expect(verdict(of('1'), v1(of('1')))).to.equal('ffnn');
    // Nobody of the new revision is there: it is the first of its kind.
    expect(verdict(of('2'), v1(of('1')))).to.equal('fffn');
  });

  it('the documentation’s tenants: a zone for each, by matchLabelKeys and mismatchLabelKeys', () => {
    const tenants = (tenant: string, name: string) =>
      pod(
        name,
        { tenant },
        {
          ...near(like({}, 'zone', { matchLabelKeys: ['tenant'] })),
          ...away(
            like({}, 'zone', {
              mismatchLabelKeys: ['tenant'],
              labelSelector: { matchExpressions: [{ key: 'tenant', operator: 'Exists' }] },
            }),
          ),
        },
      );
    expect(verdict(tenants('a', 'a2'), v1(tenants('a', 'a1')))).to.equal('ffnn');
    expect(verdict(tenants('b', 'b1'), v1(tenants('a', 'a1')))).to.equal('aafn');
  });
});

describe('InterPodAffinity: the score (v1, v2 in zone V; r in zone R)', () => {
  const three = nodes.slice(0, 3);
  const cases: readonly (readonly [
    what: string,
    pod: Pod,
    placed: Record<string, Pod[]>,
    wanted: number[] | undefined,
  ])[] = [
    ['nobody wishes anything', pod('web', {}), { v1: [pod('s1', S1)] }, undefined],
    [
      'near S1: all nodes of its zone',
      pod('web', {}, preferNear(5, like(S1))),
      { v1: [pod('s1', S1)], r: [pod('s2', S2)] },
      [100, 100, 0],
    ],
    [
      'the more such pods, the better',
      pod('web', {}, preferNear(5, like(S1))),
      { v1: [pod('a', S1), pod('b', S1)], v2: [pod('c', S1)], r: [pod('d', S1)] },
      [100, 100, 0],
    ],
    [
      '... in proportion between the least and the greatest',
      pod('web', {}, preferNear(5, like(S1, host))),
      { v1: [pod('a', S1), pod('b', S1), pod('c', S1)], v2: [pod('d', S1)] },
      [100, 33, 0],
    ],
    [
      'near S1, but there is none: all alike',
      pod('web', {}, preferNear(5, like(S1))),
      { v1: [pod('s2', S2)] },
      [0, 0, 0],
    ],
    ['away from S2', pod('web', {}, preferAway(5, like(S2))), { r: [pod('s2', S2)] }, [100, 100, 0]],
    [
      'near S1 for 8, away from S2 for 5',
      pod('web', {}, { ...preferNear(8, like(S1, host)), ...preferAway(5, like(S2, host)) }),
      { v1: [pod('a', S1)], v2: [pod('b', S1), pod('c', S2)], r: [pod('d', S2)] },
      [100, 61, 0], // 8, 3, -5
    ],
    ['who is there likes us', pod('web', S1), { r: [pod('fond', {}, preferNear(5, like(S1)))] }, [0, 0, 100]],
    ['who is there does not', pod('web', S1), { r: [pod('shy', {}, preferAway(5, like(S1)))] }, [100, 100, 0]],
    [
      'who is there needs to be near us: as a wish of weight 1',
      pod('web', S1),
      { r: [pod('needy', S1, near(like(S1)))], v1: [pod('fond', {}, preferNear(4, like(S1)))] },
      [100, 100, 0],
    ],
    [
      'of another namespace: no wish of ours',
      pod('web', {}, preferNear(5, like(S1))),
      { v1: [pod('s1', S1, {}, 'other')] },
      [0, 0, 0],
    ],
  ];
  for (const [what, wanted, placed, numbers] of cases)
    it(`${what}: ${numbers ?? 'nothing to say'}`, () => {
      const found = scores(interPodAffinity, wanted, viewOf(three, placed));
      expect(found && Object.values(found)).to.deep.equal(numbers);
    });
});

describe('InterPodAffinity: the documentation’s examples', () => {
  const place = (scheduler: FrameworkScheduler, view: ReturnType<typeof viewOf>, wanted: Pod) => {
    const placement = scheduler.place(wanted, view);
    if ('unschedulable' in placement) return placement.unschedulable;
    view.setPod(wanted, placement.node);
    return placement.node;
  };
  const scheduler = () => new FrameworkScheduler({ name: 'default', ...defaultProfile() });

  it('with-pod-affinity: in a zone with S1, if possible not where S2 is', () => {
    const withPodAffinity = pod('with-pod-affinity', {}, { ...near(like(S1)), ...preferAway(100, like(S2)) });
    const zones = ['V', 'R', 'W'].map((zone) => makeNode(zone.toLowerCase(), {}, { zone }));
    const view = viewOf(zones, { v: [pod('a', S1), pod('b', S2)], w: [pod('c', S1)] });
    expect(place(scheduler(), view, withPodAffinity)).to.equal('w');
    view.removePod('uid-c');
    view.removePod('uid-with-pod-affinity');
    expect(place(scheduler(), view, withPodAffinity)).to.equal('v');
  });

  it('a cache and a web server on each of three nodes', () => {
    const view = viewOf(['node-1', 'node-2', 'node-3'].map((name) => makeNode(name)));
    const store = { app: 'store' };
    const web = { app: 'web-store' };
    const redis = (at: number) => pod(`redis-cache-${at}`, store, away(like(store, host)));
    const server = (at: number) =>
      pod(`web-server-${at}`, web, { ...away(like(web, host)), ...near(like(store, host)) });
    const default_ = scheduler();
    expect(place(default_, view, server(0))).to.deep.equal({ "node(s) didn't match pod affinity rules": 3 });
    for (const make of [redis, server]) {
      expect([1, 2, 3].map((at) => place(default_, view, make(at)))).to.have.members(['node-1', 'node-2', 'node-3']);
      expect(place(default_, view, make(4))).to.deep.equal({ "node(s) didn't match pod anti-affinity rules": 3 });
    }
  });
});
