// Cases of kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node, and of the plugin's own tables.

import { expect } from 'chai';
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../../model/affinity.ts';
import type { StringMap } from '../../../model/meta.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { fitting, scores, verdicts, viewOf } from './cases.fixture.ts';
import { nodeAffinity } from './node-affinity.ts';

const is = (key: string, operator: string, ...values: string[]) =>
  ({ key, operator, ...(values.length > 0 && { values }) }) as NodeSelectorRequirement;
const labels = (...matchExpressions: NodeSelectorRequirement[]): NodeSelectorTerm => ({ matchExpressions });
const fields = (...matchFields: NodeSelectorRequirement[]): NodeSelectorTerm => ({ matchFields });
const required = (...nodeSelectorTerms: NodeSelectorTerm[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
});
const preferred = (...terms: (readonly [weight: number, preference: NodeSelectorTerm])[]) => ({
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: terms.map(([weight, preference]) => ({ weight, preference })),
  },
});

describe('NodeAffinity: nodeSelector', () => {
  const view = viewOf([makeNode('ssd', {}, { disktype: 'ssd', zone: 'a' }), makeNode('plain', {}, { zone: 'a' })]);
  const cases: readonly (readonly [StringMap, string[]])[] = [
    [{ disktype: 'ssd' }, ['ssd']],
    [{ zone: 'a' }, ['ssd', 'plain']],
    [{ zone: 'a', disktype: 'ssd' }, ['ssd']],
    [{ disktype: 'hdd' }, []],
    [{ disktype: '' }, []],
    [{}, ['ssd', 'plain']],
  ];
  for (const [nodeSelector, nodes] of cases)
    it(`${JSON.stringify(nodeSelector)}: ${nodes.join(', ') || 'none'}`, () => {
      expect(fitting(nodeAffinity, makePod('web', { nodeSelector }), view)).to.deep.equal(nodes);
    });

  it('refuses in Kubernetes’ words; pods that leave are no help', () => {
    expect(verdicts(nodeAffinity, makePod('web', { nodeSelector: { disktype: 'ssd' } }), view).plain).to.equal(
      "node(s) didn't match Pod's node affinity/selector!",
    );
  });
});

describe('NodeAffinity: what is required', () => {
  const zone = 'topology.kubernetes.io/zone';
  const view = viewOf([
    makeNode('east', {}, { [zone]: 'antarctica-east1', cores: '8', gpu: '' }),
    makeNode('west', {}, { [zone]: 'antarctica-west1', cores: '16' }),
    makeNode('north', {}, { [zone]: 'arctic', cores: 'many' }),
    makeNode('bare'),
  ]);
  const cases: readonly (readonly [string, ReturnType<typeof required>, string[]])[] = [
    [
      'In: one of the values',
      required(labels(is(zone, 'In', 'antarctica-east1', 'antarctica-west1'))),
      ['east', 'west'],
    ],
    ['NotIn: a node without the label too', required(labels(is(zone, 'NotIn', 'arctic'))), ['east', 'west', 'bare']],
    ['Exists: an empty value too', required(labels(is('gpu', 'Exists'))), ['east']],
    ['DoesNotExist', required(labels(is('gpu', 'DoesNotExist'))), ['west', 'north', 'bare']],
    ['Gt: whole numbers only', required(labels(is('cores', 'Gt', '8'))), ['west']],
    ['Lt: whole numbers only', required(labels(is('cores', 'Lt', '16'))), ['east']],
    ['Gt: an empty value is no number', required(labels(is('gpu', 'Gt', '-1'))), []],
    [
      'terms are alternatives',
      required(labels(is(zone, 'In', 'arctic')), labels(is('gpu', 'Exists'))),
      ['east', 'north'],
    ],
    [
      'expressions of a term must all hold',
      required(labels(is('cores', 'Gt', '4'), is('gpu', 'DoesNotExist'))),
      ['west'],
    ],
    ['a term without expressions holds nowhere', required({}), []],
    ['... but does not spoil the others', required({}, labels(is('gpu', 'Exists'))), ['east']],
    ['no term at all holds nowhere', required(), []],
    ['matchFields: the name of the node', required(fields(is('metadata.name', 'In', 'west'))), ['west']],
    [
      'matchFields: all names but one',
      required(fields(is('metadata.name', 'NotIn', 'west'))),
      ['east', 'north', 'bare'],
    ],
    [
      'matchFields and matchExpressions of one term must both hold',
      required({ ...fields(is('metadata.name', 'In', 'west')), ...labels(is('gpu', 'Exists')) }),
      [],
    ],
    [
      'matchFields or matchExpressions, in two terms',
      required(fields(is('metadata.name', 'In', 'west')), labels(is('gpu', 'Exists'))),
      ['east', 'west'],
    ],
  ];
  for (const [what, affinity, nodes] of cases)
    it(`${what}: ${nodes.join(', ') || 'none'}`, () => {
      expect(fitting(nodeAffinity, makePod('web', { affinity }), view)).to.deep.equal(nodes);
    });

  it('holds together with the nodeSelector', () => {
    const affinity = required(labels(is('cores', 'Exists')));
    const pod = makePod('web', { affinity, nodeSelector: { [zone]: 'arctic' } });
    expect(fitting(nodeAffinity, pod, view)).to.deep.equal(['north']);
  });

  it('keeps nobody out who only prefers', () => {
    expect(
      nodeAffinity.preFilter(makePod('web', { affinity: preferred([1, labels(is('x', 'Exists'))]) }), view),
    ).to.equal(undefined);
  });
});

describe('NodeAffinity: what is preferred', () => {
  const view = viewOf([
    makeNode('first', {}, { 'label-1': 'key-1' }),
    makeNode('second', {}, { 'label-2': 'key-2' }),
    makeNode('both', {}, { 'label-1': 'key-1', 'label-2': 'key-2' }),
    makeNode('none'),
  ]);
  const one = labels(is('label-1', 'In', 'key-1'));
  const fifty = labels(is('label-2', 'In', 'key-2'));

  it('the documentation’s weights, 1 and 50: the sum, and the greatest sum is 100', () => {
    const pod = makePod('web', { affinity: preferred([1, one], [50, fifty]) });
    expect(scores(nodeAffinity, pod, view)).to.deep.equal({ first: 1, second: 98, both: 100, none: 0 });
    expect(scores(nodeAffinity, pod, view, ['first', 'second', 'none'])).to.deep.equal({
      first: 2,
      second: 100,
      none: 0,
    });
  });

  it('a term that holds nowhere leaves all nodes alike', () => {
    const pod = makePod('web', { affinity: preferred([5, labels(is('no', 'Exists'))], [3, {}]) });
    expect(scores(nodeAffinity, pod, view)).to.deep.equal({ first: 0, second: 0, both: 0, none: 0 });
  });

  it('says nothing of a pod without preferences', () => {
    expect(scores(nodeAffinity, makePod('web', { affinity: required(one) }), view)).to.equal(undefined);
  });
});
