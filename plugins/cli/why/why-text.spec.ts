// How the answer of `kubelab why` looks.

import { expect } from 'chai';
import type { Explanation, NodeExplanation } from '../../../core/contracts/explanation.ts';
import type { Why } from './why-handler.ts';
import { whyJson, whyText } from './why-text.ts';

const at = Date.parse('2026-01-01T00:00:00Z');

const takes = (node: string, raw: number): NodeExplanation => ({
  node,
  verdicts: { NodeUnschedulable: 'passes', NodeResourcesFit: 'passes' },
  scores: {
    NodeResourcesFit: { raw, normalised: raw, weighted: raw },
    TaintToleration: { raw: 1, normalised: 50, weighted: 150 },
  },
  total: raw + 150,
});
const refuses = (node: string, ...reasons: string[]): NodeExplanation => ({
  node,
  verdicts: { NodeUnschedulable: 'passes', NodeResourcesFit: reasons },
  refusedBy: 'NodeResourcesFit',
});

const explanation = (nodes: readonly NodeExplanation[], more: Partial<Explanation> = {}): Explanation => ({
  rule: 'the greatest total',
  best: 'greatest',
  plugins: [
    { name: 'NodeUnschedulable', point: 'Filter', time: 0.125 },
    { name: 'NodeName', point: 'Filter', skipped: true, time: 0 },
    { name: 'NodeResourcesFit', point: 'Filter', time: 0.5 },
    { name: 'NodeResourcesFit', point: 'Score', weight: 1, time: 1 },
    { name: 'TaintToleration', point: 'Score', weight: 3, time: 2 },
  ],
  nodes,
  ...more,
});

const why = (explained: Explanation | undefined, more: Partial<Why> = {}): Why => ({
  namespace: 'default',
  name: 'web',
  component: 'scheduler',
  scheduler: 'default',
  schedulerName: 'default-scheduler',
  since: at,
  forgotten: 0,
  node: 'node-2',
  isGone: false,
  gates: [],
  attempts: [{ at, number: 1, nodes: 3, node: 'node-2' }],
  explained: { attempt: 1, changesSince: 0, ...(explained && { explanation: explained }) },
  ...more,
});

const text = (of: Why, node?: string) => whyText(of, { plain: true, node });

describe('kubelab why, what it says', () => {
  const placed = explanation([takes('node-1', 40), takes('node-2', 60), refuses('node-3', 'Insufficient cpu')], {
    winner: 'node-2',
  });

  it('shows the nodes best first, with each score and each reason', () => {
    expect(
      text(why(placed)),
    ).to.equal(`pod web in namespace default: on node-2; scheduler default-scheduler (default), 1 attempt

ATTEMPT   TIME                       RESULT
1         2026-01-01T00:00:00.000Z   node-2

node-2 wins: the greatest total.

NODE     TOTAL   NodeResourcesFit   TaintToleration x3
node-2   210     60                 1 > 50 x3 = 150      wins
node-1   190     40                 1 > 50 x3 = 150
node-3   -                                               NodeResourcesFit: Insufficient cpu

Milliseconds, this time: filters NodeUnschedulable 0.13, NodeResourcesFit 0.50; scores NodeResourcesFit 1.00, TaintToleration 2.00
Nothing to say of this pod: filters NodeName
`);
  });

  it('sums up what is more than twenty nodes', () => {
    const many = explanation(
      [
        ...Array.from({ length: 22 }, (_, n) => takes(`fit-${n}`, n)),
        ...Array.from({ length: 3 }, (_, n) => refuses(`full-${n}`, 'Insufficient cpu', 'Insufficient memory')),
        { node: 'late', verdicts: {}, notLookedAt: true },
      ],
      { winner: 'fit-21' },
    );
    const shown = text(why(many, { attempts: [{ at, number: 1, nodes: 26, node: 'fit-21' }] }));
    expect(shown.split('\n').filter((line) => /^fit-\d/.test(line) && !line.includes(':'))).to.have.length(20);
    expect(shown).to.include(
      '\nand 6 more nodes: 3 Insufficient cpu, Insufficient memory, 2 can take the pod too, and are no better, 1 not looked at\n',
    );
    expect(shown.indexOf('fit-21')).to.be.lessThan(shown.indexOf('fit-20'));
  });

  it('shows three of many nodes that were refused for one reason', () => {
    const full = explanation([
      ...Array.from({ length: 30 }, (_, n) => refuses(`full-${n}`, 'Insufficient cpu')),
      refuses('other', 'Insufficient memory'),
    ]);
    const shown = text(why(full));
    expect(shown.match(/^(full-\d+|other) /gm)).to.deep.equal(['full-0 ', 'full-1 ', 'full-2 ', 'other ']);
    expect(shown).to.include('\nand 27 more nodes: 27 Insufficient cpu\n');
  });

  it('shows one node in full', () => {
    const full = text(why(placed), 'node-1');
    expect(full).to.match(/^node-1 can take the pod, total 190$/m);
    expect(full).to.match(/^NodeName +Filter +nothing to say of this pod$/m);
    expect(full).to.match(/^TaintToleration +Score +raw 1, normalised 50, x3 = 150$/m);
    const refused = text(why(placed), 'node-3');
    expect(refused).to.match(/^node-3 cannot take the pod$/m);
    expect(refused).to.match(/^NodeResourcesFit +Filter +Insufficient cpu {3}\(decides\)$/m);
    expect(refused).to.match(/^NodeResourcesFit +Score +not asked$/m);
    expect(() => text(why(placed), 'node-4')).to.throw(
      'there was no node node-4 when the pod was tried (did you mean node-1 or node-2 or node-3?); there were: node-1, node-2, node-3',
    );
  });

  it('says of a pending pod what was tried, and what it waits for', () => {
    const unschedulable = { 'Insufficient cpu': 1 };
    const nowhere = explanation([refuses('node-3', 'Insufficient cpu')], { rule: 'no node can take the pod' });
    const { node: _, ...pending } = why(nowhere, {
      attempts: [
        { at, number: 1, nodes: 1, unschedulable, nominate: 'nowhere' },
        { at: at + 1000, number: 2, nodes: 1, error: 'oh' },
        { at: at + 3000, number: 3, nodes: 1, node: 'node-3', takenBack: 'not today' },
        { at: at + 7000, number: 4, nodes: 1, unschedulable, nominate: { node: 'node-3', victims: ['default/low'] } },
      ],
      waits: { room: 'unschedulable', until: at + 60_000, retryOn: ['NodeAdded', 'PodGone'], nominated: 'node-3' },
      explained: { attempt: 4, changesSince: 0, explanation: nowhere },
    });
    const shown = text(pending);
    expect(shown).to.match(/: on no node; .*, 4 attempts$/m);
    expect(shown).to.match(/Z +0\/1 nodes are available: 1 Insufficient cpu\. No room can be made\.$/m);
    expect(shown).to.match(/^2 .*failed: oh$/m);
    expect(shown).to.match(/^3 .*node-3; taken back: not today$/m);
    expect(shown).to.match(/Room is made on node-3: default\/low must go\.$/m);
    expect(shown).to.include(
      'It waits for one of NodeAdded, PodGone; without that it is tried again at 2026-01-01T00:01:00.000Z. Room is being made for it on node-3.\n',
    );
    expect(shown).to.include('\nNowhere: no node can take the pod.\n');
    const waiting = (waits: Why['waits'], gates: string[] = []) => text({ ...pending, waits, gates } as Why);
    expect(waiting({ room: 'gated', retryOn: [] }, ['a'])).to.include('scheduling gates are taken off: a.');
    expect(waiting({ room: 'backoff', until: at, retryOn: [] })).to.include('again at 2026-01-01T00:00:00.000Z, after');
    expect(waiting({ room: 'active', retryOn: [] })).to.include('It is in line');
  });

  it('says where an explanation is not of that very moment, or is not given', () => {
    const later = why(placed, { explained: { attempt: 1, changesSince: 7, explanation: placed } });
    expect(text(later)).to.include(
      'The cluster of attempt 1 is not remembered any more: this is how it was 7 changes later.',
    );
    const other = explanation([takes('node-1', 40)], { winner: 'node-1' });
    expect(text(why(other))).to.include("The attempt's own answer was node-2: the explanation does not agree with it.");
    expect(text(why(undefined))).to.include('default does not explain itself: it has no explain().');
    const threw = why(undefined, { explained: { attempt: 1, changesSince: 0, unexplained: 'oh' } });
    expect(text(threw)).to.include('default could not explain itself: oh.');
  });

  it('says what another scheduler would have done', () => {
    const compared = { plugin: 'scheduler-most', scheduler: 'most', node: 'node-2', explanation: placed };
    expect(text(why(placed, { compared }))).to.include(
      'A fresh most, asked the same: node-2, the same node\nnode-2 wins',
    );
    const failed = { plugin: './mine.ts', scheduler: 'mine', error: 'oh' };
    expect(text(why(placed, { compared: failed }))).to.match(/\nA fresh \.\/mine\.ts, asked the same: failed: oh\n$/);
  });

  it('is JSON for programs, with times as the API writes them', () => {
    const json = JSON.parse(whyJson(why(placed, { oldest: at, waits: { room: 'backoff', until: at, retryOn: [] } })));
    expect(json).to.include({ namespace: 'default', name: 'web', node: 'node-2', since: '2026-01-01T00:00:00.000Z' });
    expect(json.attempts).to.deep.equal([{ time: '2026-01-01T00:00:00.000Z', number: 1, nodes: 3, node: 'node-2' }]);
    expect(json.waits.until).to.equal('2026-01-01T00:00:00.000Z');
    expect(json.explained.explanation.nodes[2]).to.deep.equal(refuses('node-3', 'Insufficient cpu'));
  });
});
