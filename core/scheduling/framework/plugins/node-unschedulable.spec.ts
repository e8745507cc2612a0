import { expect } from 'chai';
import type { Toleration } from '../../../model/toleration.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { verdicts, viewOf } from './cases.fixture.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';

describe('NodeUnschedulable', () => {
  const view = viewOf([makeNode('cordoned', { unschedulable: true }), makeNode('open')]);
  const refused = 'node(s) were unschedulable!';
  const key = 'node.kubernetes.io/unschedulable';
  const cases: readonly (readonly [what: string, tolerations: Toleration[], cordoned: string])[] = [
    ['a pod that tolerates nothing', [], refused],
    ['a pod that tolerates the taint of cordoned nodes', [{ key, operator: 'Exists', effect: 'NoSchedule' }], 'fits'],
    ['a pod that tolerates it with every effect', [{ key, operator: 'Exists' }], 'fits'],
    ['a pod that tolerates everything, as pods of DaemonSets may', [{ operator: 'Exists' }], 'fits'],
    ['a pod that tolerates another taint', [{ key: 'foo', operator: 'Exists' }], refused],
    ['a pod that tolerates only to be evicted later', [{ key, operator: 'Exists', effect: 'NoExecute' }], refused],
  ];
  for (const [what, tolerations, cordoned] of cases)
    it(`${what}: ${cordoned}`, () => {
      expect(verdicts(nodeUnschedulable, makePod('web', { tolerations }), view)).to.deep.equal({
        cordoned,
        open: 'fits',
      });
    });
});
