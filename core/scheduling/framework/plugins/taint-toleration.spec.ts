// Cases of kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration, and of the plugin's own tables.

import { expect } from 'chai';
import type { Taint } from '../../../model/taint.ts';
import type { Toleration } from '../../../model/toleration.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { scores, verdicts, viewOf } from './cases.fixture.ts';
import { taintToleration } from './taint-toleration.ts';

/** `key1=value1:NoSchedule`, as `kubectl taint` writes it. */
const taint = (text: string): Taint => {
  const [, key = '', value = '', effect = ''] = /^([^=:]+)=?([^:]*):(.+)$/.exec(text) ?? [];
  return { key, effect, ...(value !== '' && { value }) } as Taint;
};
const tainted = (name: string, ...texts: string[]) => makeNode(name, { taints: texts.map(taint) });
const equal = (key: string, value: string, effect?: string): Toleration =>
  ({ key, operator: 'Equal', value, ...(effect && { effect }) }) as Toleration;
const exists = (key?: string, effect?: string): Toleration =>
  ({ operator: 'Exists', ...(key && { key }), ...(effect && { effect }) }) as Toleration;

describe('TaintToleration: which nodes it keeps out', () => {
  const cases: readonly (readonly [taints: string, tolerations: Toleration[], untolerated?: string])[] = [
    ['', []],
    ['key1=value1:NoSchedule', [], 'key1: value1'],
    ['key1=value1:NoSchedule', [equal('key1', 'value1', 'NoSchedule')]],
    ['key1=value1:NoSchedule', [{ key: 'key1', value: 'value1', effect: 'NoSchedule' } as Toleration]], // Equal is the default
    ['key1=value1:NoSchedule', [exists('key1', 'NoSchedule')]],
    ['key1=value1:NoSchedule', [equal('key1', 'other', 'NoSchedule')], 'key1: value1'],
    ['key1=value1:NoSchedule', [equal('key2', 'value1', 'NoSchedule')], 'key1: value1'],
    ['key1=value1:NoSchedule', [exists('key1', 'NoExecute')], 'key1: value1'],
    ['key1:NoSchedule', [], 'key1: '],
    ['key1:NoSchedule', [equal('key1', '')]],
    // An empty effect matches all effects; an empty key with Exists matches all keys, values and effects.
    ['key1=value1:NoSchedule key1=value1:NoExecute', [exists('key1')]],
    ['key1=value1:NoSchedule key2=value2:NoExecute', [exists()]],
    ['key1=value1:NoSchedule key2=value2:NoExecute', [exists(undefined, 'NoSchedule')], 'key2: value2'],
    // The documentation's node1: the third taint is the only one that is not tolerated.
    [
      'key1=value1:NoSchedule key1=value1:NoExecute key2=value2:NoSchedule',
      [equal('key1', 'value1', 'NoSchedule'), equal('key1', 'value1', 'NoExecute')],
      'key2: value2',
    ],
    // NoExecute keeps out as well; how long it is tolerated matters only for a pod that runs.
    ['key1=value1:NoExecute', [], 'key1: value1'],
    ['key1=value1:NoExecute', [{ ...equal('key1', 'value1', 'NoExecute'), tolerationSeconds: 3600 } as Toleration]],
    ['key1=value1:NoExecute', [{ ...exists('key1', 'NoExecute'), tolerationSeconds: 0 } as Toleration]],
    // A preference keeps nobody out.
    ['key1=value1:PreferNoSchedule', []],
    ['key1=value1:PreferNoSchedule key2=value2:NoSchedule', [], 'key2: value2'],
    // The first one that is not tolerated is the one that is named.
    ['a=1:NoSchedule b=2:NoSchedule', [], 'a: 1'],
    ['a=1:NoSchedule b=2:NoSchedule', [exists('a')], 'b: 2'],
  ];
  for (const [taints, tolerations, untolerated] of cases)
    it(`${taints || 'no taint'} and ${JSON.stringify(tolerations)}: ${untolerated ?? 'fits'}`, () => {
      const view = viewOf([tainted('node1', ...taints.split(' ').filter((text) => text !== ''))]);
      const verdict = untolerated === undefined ? 'fits' : `node(s) had untolerated taint {${untolerated}}!`;
      expect(verdicts(taintToleration, makePod('web', { tolerations }), view)).to.deep.equal({ node1: verdict });
    });
});

describe('TaintToleration: the score', () => {
  const avoid = 'PreferNoSchedule';
  const cases: readonly (readonly [
    what: string,
    tolerations: Toleration[],
    nodes: Record<string, string[]>,
    wanted: Record<string, number> | undefined,
  ])[] = [
    [
      'a node whose taints are tolerated is better than one whose are not',
      [equal('foo', 'bar', avoid)],
      { a: [`foo=bar:${avoid}`], b: [`foo=blah:${avoid}`] },
      { a: 100, b: 0 },
    ],
    [
      'however many taints are tolerated, it is the same',
      [equal('cpu-type', 'arm64', avoid), equal('disk-type', 'ssd', avoid)],
      { a: [], b: [`cpu-type=arm64:${avoid}`], c: [`cpu-type=arm64:${avoid}`, `disk-type=ssd:${avoid}`] },
      { a: 100, b: 100, c: 100 },
    ],
    [
      'the more taints are not tolerated, the lower',
      [equal('foo', 'bar', avoid)],
      { a: [], b: [`cpu-type=arm64:${avoid}`], c: [`cpu-type=arm64:${avoid}`, `disk-type=ssd:${avoid}`] },
      { a: 100, b: 50, c: 0 },
    ],
    [
      'only PreferNoSchedule counts, of taints and of tolerations',
      [equal('cpu-type', 'arm64', 'NoSchedule'), equal('disk-type', 'ssd', 'NoSchedule')],
      { a: [], b: ['cpu-type=arm64:NoSchedule'], c: [`cpu-type=arm64:${avoid}`, `disk-type=ssd:${avoid}`] },
      { a: 100, b: 100, c: 0 },
    ],
    ['a node without taints is best', [], { a: [], b: [`cpu-type=arm64:${avoid}`] }, { a: 100, b: 0 }],
    ['nothing to say where nobody has such a taint', [], { a: [], b: ['key:NoSchedule'] }, undefined],
  ];
  for (const [what, tolerations, nodes, wanted] of cases)
    it(what, () => {
      const view = viewOf(Object.entries(nodes).map(([name, taints]) => tainted(name, ...taints)));
      expect(scores(taintToleration, makePod('web', { tolerations }), view)).to.deep.equal(wanted);
    });
});
