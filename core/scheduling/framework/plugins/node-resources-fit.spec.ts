// Cases of kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing, and of the plugin's own tables. Amounts are
// millicores and bytes.

import { expect } from 'chai';
import type { StringMap } from '../../../model/meta.ts';
import type { Pod } from '../../../model/pod.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { asking, scores, verdicts, viewOf } from './cases.fixture.ts';
import { type FitStrategy, NodeResourcesFit } from './node-resources-fit.ts';

const node = (name: string, cpu: number, memory: number | string, more: StringMap = {}) =>
  makeNode(name, {}, {}, { cpu: `${cpu}m`, memory: String(memory), pods: '32', ...more });
const gpu = 'example.com/gpu';

describe('NodeResourcesFit: what must be free', () => {
  const requests = (cpu: number, memory: number, more: StringMap = {}) => ({
    resources: { requests: { cpu: `${cpu}m`, memory: String(memory), ...more } },
  });
  const container = (name: string, ...of: Parameters<typeof requests>) => ({ name, image: 'i', ...requests(...of) });
  const pod = (spec: object) => makePod('web', spec as Partial<Pod['spec']>);

  const cases: readonly (readonly [what: string, Pod, used: readonly Pod[], verdict: string])[] = [
    ['nothing asked fits even a full node', makePod('web'), [asking('a', 10, 20)], 'fits'],
    ['too much of both', asking('web', 1, 1), [asking('a', 10, 20)], 'Insufficient cpu, Insufficient memory'],
    ['too much CPU', asking('web', 1, 1), [asking('a', 10, 19)], 'Insufficient cpu'],
    ['too much memory', asking('web', 5, 16), [asking('a', 5, 5)], 'Insufficient memory'],
    ['just enough of both', asking('web', 5, 15), [asking('a', 5, 5)], 'fits'],
    ['memory only: CPU that is full does not matter', asking('web', 0, 1), [asking('a', 10, 5)], 'fits'],
    ['more than the node has, empty or not', asking('web', 11, 1), [asking('a', 1, 1)], 'Insufficient cpu!'],
    ['an extended resource, free', asking('web', 1, 1, { [gpu]: '2' }), [], 'fits'],
    [
      'an extended resource, in use',
      asking('web', 1, 1, { [gpu]: '2' }),
      [asking('a', 1, 1, { [gpu]: '3' })],
      `Insufficient ${gpu}`,
    ],
    [
      'an extended resource that nobody has',
      asking('web', 1, 1, { 'example.com/x': '1' }),
      [],
      'Insufficient example.com/x!',
    ],
    [
      'local storage',
      asking('web', 1, 1, { 'ephemeral-storage': '10' }),
      [asking('a', 1, 1, { 'ephemeral-storage': '11' })],
      'Insufficient ephemeral-storage',
    ],
    [
      'containers add up',
      pod({ containers: [container('a', 3, 1), container('b', 3, 1)] }),
      [asking('a', 5, 1)],
      'Insufficient cpu',
    ],
    [
      'init containers run before: the greatest counts, not the sum',
      pod({ containers: [container('a', 2, 1)], initContainers: [container('i', 5, 1), container('j', 4, 1)] }),
      [asking('a', 5, 1)],
      'fits',
    ],
    [
      'an init container may need more than all containers',
      pod({ containers: [container('a', 2, 1)], initContainers: [container('i', 6, 1)] }),
      [asking('a', 5, 1)],
      'Insufficient cpu',
    ],
    [
      'a sidecar runs beside the containers',
      pod({
        containers: [container('a', 3, 1)],
        initContainers: [{ ...container('s', 3, 1), restartPolicy: 'Always' }],
      }),
      [asking('a', 5, 1)],
      'Insufficient cpu',
    ],
    [
      'the overhead of the sandbox comes on top',
      pod({ containers: [container('a', 5, 1)], overhead: { cpu: '1m', memory: '1' } }),
      [asking('a', 5, 1)],
      'Insufficient cpu',
    ],
  ];
  for (const [what, wanted, used, verdict] of cases)
    it(`${what}: ${verdict}`, () => {
      const view = viewOf([node('node', 10, 20, { [gpu]: '4', 'ephemeral-storage': '20' })], { node: used });
      expect(verdicts(new NodeResourcesFit(), wanted, view)).to.deep.equal({ node: verdict });
    });

  it('a node has room for so many pods', () => {
    const view = viewOf([node('node', 10, 20, { pods: '1' })], { node: [makePod('a')] });
    expect(verdicts(new NodeResourcesFit(), asking('web', 11, 1), view)).to.deep.equal({
      node: 'Too many pods, Insufficient cpu!',
    });
    expect(verdicts(new NodeResourcesFit(), makePod('web'), view)).to.deep.equal({ node: 'Too many pods' });
  });
});

describe('NodeResourcesFit: the score, as in Kubernetes’ tables', () => {
  /** Everything, and the score of two nodes: 'least', 'most'. */
  const cases: readonly (readonly [
    what: string,
    pod: Pod,
    nodes: readonly [cpu: number, memory: number][],
    used: readonly (readonly Pod[])[],
    least: readonly number[],
    most: readonly number[],
  ])[] = [
    [
      'nothing used, nothing asked',
      asking('web', 0, 0),
      [
        [4000, 10000],
        [4000, 10000],
      ],
      [[], []],
      [100, 100],
      [0, 0],
    ],
    // least: ((4000 - 3000) / 4000 + (10000 - 5000) / 10000) / 2 = (25 + 50) / 2; most: (75 + 50) / 2
    [
      'nodes of different size',
      asking('web', 3000, 5000),
      [
        [4000, 10000],
        [6000, 10000],
      ],
      [[], []],
      [37, 50],
      [62, 50],
    ],
    [
      'nothing asked, pods there',
      asking('web', 0, 0),
      [
        [10000, 20000],
        [10000, 20000],
      ],
      [
        [asking('a', 3000, 0), asking('b', 3000, 0)],
        [asking('c', 3000, 0), asking('d', 3000, 5000)],
      ],
      [70, 57],
      [30, 42],
    ],
    [
      'asked, pods there',
      asking('web', 3000, 5000),
      [
        [10000, 20000],
        [10000, 20000],
      ],
      [[asking('a', 3000, 0)], [asking('b', 3000, 5000)]],
      [57, 45],
      [42, 55],
    ],
    [
      'asked, pods there, nodes of different size',
      asking('web', 3000, 5000),
      [
        [10000, 20000],
        [10000, 50000],
      ],
      [[asking('a', 3000, 0)], [asking('b', 3000, 5000)]],
      [57, 60],
      [42, 40],
    ],
    [
      'asked more than there is',
      asking('web', 3000, 0),
      [
        [4000, 10000],
        [4000, 10000],
      ],
      [[asking('a', 3000, 0)], [asking('b', 3000, 5000)]],
      [50, 25],
      [50, 75],
    ],
    [
      'a resource that no node has does not count',
      asking('web', 3000, 5000),
      [
        [4000, 0],
        [0, 10000],
      ],
      [[], []],
      [25, 50],
      [75, 50],
    ],
  ];
  for (const [what, pod, sizes, used, least, most] of cases)
    it(`${what}: least ${least}, most ${most}`, () => {
      const nodes = sizes.map(([cpu, memory], at) => node(`node${at + 1}`, cpu, memory));
      const view = viewOf(nodes, Object.fromEntries(used.map((pods, at) => [`node${at + 1}`, pods])));
      const of = (strategy: FitStrategy) => Object.values(scores(new NodeResourcesFit(strategy), pod, view)!);
      expect(of({ type: 'least' })).to.deep.equal(least);
      expect(of({ type: 'most' })).to.deep.equal(most);
    });

  it('a container that asks for nothing counts as 100m and 200Mi', () => {
    const view = viewOf([node('node', 1000, '1000Mi')]);
    expect(scores(new NodeResourcesFit({ type: 'most' }), makePod('web'), view)).to.deep.equal({ node: 15 });
  });

  it('weights', () => {
    const view = viewOf([node('node1', 4000, 10000), node('node2', 6000, 10000)]);
    const resources = [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 2 },
    ];
    const pod = asking('web', 3000, 5000);
    // (25 + 2 * 50) / 3 and (50 + 2 * 50) / 3; (75 + 2 * 50) / 3
    expect(scores(new NodeResourcesFit({ type: 'least', resources }), pod, view)).to.deep.equal({
      node1: 41,
      node2: 50,
    });
    expect(scores(new NodeResourcesFit({ type: 'most', resources }), pod, view)).to.deep.equal({
      node1: 58,
      node2: 50,
    });
  });
});

describe('NodeResourcesFit: requested to capacity', () => {
  const foo = 'intel.com/foo';
  const rising = [
    { utilisation: 0, score: 0 },
    { utilisation: 100, score: 10 },
  ];

  // The documentation counts in tenths and cuts each: 7, 5 and 3 give (7*5 + 5*1 + 3*3) / 9 = 5; 5, 7 and 10 give 7.
  // Kubernetes counts in hundredths: 75, 50 and 37 give 60; 50, 75 and 100 give 69.
  it('the documentation’s worked example', () => {
    const resources = [
      { name: foo, weight: 5 },
      { name: 'memory', weight: 1 },
      { name: 'cpu', weight: 3 },
    ];
    const view = viewOf([node('node1', 8000, '1Gi', { [foo]: '4' }), node('node2', 8000, '1Gi', { [foo]: '8' })], {
      node1: [asking('a', 1000, '256Mi', { [foo]: '1' })],
      node2: [asking('b', 6000, '512Mi', { [foo]: '2' })],
    });
    const fit = new NodeResourcesFit({ type: 'requested-to-capacity', shape: rising, resources });
    const found = scores(fit, asking('web', 2000, '256Mi', { [foo]: '2' }), view)!;
    const alone = (name: string) =>
      scores(
        new NodeResourcesFit({ type: 'requested-to-capacity', shape: rising, resources: [{ name, weight: 1 }] }),
        asking('web', 2000, '256Mi', { [foo]: '2' }),
        view,
      );
    expect(alone(foo)).to.deep.equal({ node1: 75, node2: 50 });
    expect(alone('memory')).to.deep.equal({ node1: 50, node2: 75 });
    expect(alone('cpu')).to.deep.equal({ node1: 37, node2: 100 });
    expect(found).to.deep.equal({ node1: 60, node2: 69 });
    // In tenths, each cut as on the page.
    const tenths = (of: 'node1' | 'node2') => [foo, 'memory', 'cpu'].map((name) => Math.floor(alone(name)![of]! / 10));
    expect(tenths('node1')).to.deep.equal([7, 5, 3]);
    expect(tenths('node2')).to.deep.equal([5, 7, 10]);
  });

  it('an extended resource counts for pods that ask for it only', () => {
    const resources = [
      { name: foo, weight: 3 },
      { name: 'cpu', weight: 1 },
    ];
    const view = viewOf([node('full', 1000, 1000, { [foo]: '4' }), node('empty', 1000, 1000, { [foo]: '4' })], {
      full: [asking('a', 500, 1, { [foo]: '4' })],
    });
    const fit = new NodeResourcesFit({ type: 'requested-to-capacity', shape: rising, resources });
    expect(scores(fit, asking('web', 100, 1), view)).to.deep.equal({ full: 60, empty: 10 });
  });

  it('a resource whose score is 0 is left out, and the mean is rounded', () => {
    const fit = new NodeResourcesFit({ type: 'requested-to-capacity', shape: rising });
    const of = (cpu: number, memory: number) =>
      scores(fit, asking('web', cpu, memory), viewOf([node('node', 1000, 1000)]))!.node;
    expect(of(400, 0)).to.equal(40);
    expect(of(400, 510)).to.equal(46); // 45.5
    expect(of(0, 0)).to.equal(0);
  });

  it('any line: between its points in proportion, beyond them level', () => {
    const shape = [
      { utilisation: 10, score: 1 },
      { utilisation: 50, score: 5 },
      { utilisation: 70, score: 3 },
      { utilisation: 90, score: 9 },
    ];
    const resources = [{ name: 'cpu', weight: 1 }];
    const fit = new NodeResourcesFit({ type: 'requested-to-capacity', shape, resources });
    const at = (percent: number) => scores(fit, asking('web', percent * 10, 0), viewOf([node('n', 1000, 1000)]))!.n;
    expect([0, 10, 30, 50, 60, 70, 80, 90, 100, 120].map(at)).to.deep.equal([10, 10, 30, 50, 40, 30, 60, 90, 90, 90]);
  });
});
