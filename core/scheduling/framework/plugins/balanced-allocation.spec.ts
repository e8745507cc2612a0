// Cases of the plugin's own table. The score is 100 minus how far the shares of CPU and memory are from their mean.

import { expect } from 'chai';
import type { Pod } from '../../../model/pod.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { balancedAllocation } from './balanced-allocation.ts';
import { asking, scores, viewOf } from './cases.fixture.ts';

describe('NodeResourcesBalancedAllocation', () => {
  const cases: readonly (readonly [
    what: string,
    pod: Pod,
    nodes: readonly [cpu: number, memory: number][],
    used: readonly (readonly Pod[])[],
    wanted: readonly number[] | undefined,
  ])[] = [
    // 3000/4000 = 75 %, 5000/10000 = 50 %: 12.5 from the mean. 3000/6000 = 5000/10000.
    [
      'nodes of different size',
      asking('web', 3000, 5000),
      [
        [4000, 10000],
        [6000, 10000],
      ],
      [[], []],
      [87, 100],
    ],
    // 60 % and 25 %; 60 % and 50 %.
    [
      'pods there',
      asking('web', 3000, 5000),
      [
        [10000, 20000],
        [10000, 20000],
      ],
      [[asking('a', 3000, 0)], [asking('b', 3000, 5000)]],
      [82, 95],
    ],
    // 60 % and 25 %; 60 % and 20 %.
    [
      'pods there, nodes of different size',
      asking('web', 3000, 5000),
      [
        [10000, 20000],
        [10000, 50000],
      ],
      [[asking('a', 3000, 0)], [asking('b', 3000, 5000)]],
      [82, 80],
    ],
    // Full is full: 100 % and 0 %; 100 % and 50 %.
    [
      'more than there is',
      asking('web', 3000, 0),
      [
        [4000, 10000],
        [4000, 10000],
      ],
      [[asking('a', 3000, 0)], [asking('b', 3000, 5000)]],
      [50, 75],
    ],
    [
      'a node that lacks one of the two',
      asking('web', 3000, 5000),
      [
        [4000, 0],
        [4000, 10000],
      ],
      [[], []],
      [100, 87],
    ],
    [
      'nothing asked: nothing to say',
      makePod('web'),
      [
        [4000, 10000],
        [4000, 10000],
      ],
      [[], []],
      undefined,
    ],
  ];
  for (const [what, pod, sizes, used, wanted] of cases)
    it(`${what}: ${wanted}`, () => {
      const nodes = sizes.map(([cpu, memory], at) =>
        makeNode(`node${at + 1}`, {}, {}, { cpu: `${cpu}m`, memory: `${memory}`, pods: '32' }),
      );
      const view = viewOf(nodes, Object.fromEntries(used.map((pods, at) => [`node${at + 1}`, pods])));
      const found = scores(balancedAllocation, pod, view);
      expect(found && Object.values(found)).to.deep.equal(wanted);
    });
});
