// Why table: an explanation as rows, a node each: the best first, then those that were refused, each with its reason; what is
// too much is summed up. One node alone is told in full: each filter's verdict, each score raw, normalised and weighted.

import pc from 'picocolors';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { nearest } from '../../../core/cluster/nearest.ts';
import type { Explanation, NodeExplanation, PluginPart, ScoreOfNode } from '../../../core/contracts/explanation.ts';
import { columns } from '../text.ts';

/** Nodes that are shown one by one, at most; and where there are more, of those that were refused for one reason. */
const mostRows = 20;
const mostAlike = 3;

/** @param plain no colours */
export function nodeTable(explanation: Explanation, plain: boolean): string {
  const { winner, plugins } = explanation;
  const scores = plugins.filter(({ point, skipped }) => point === 'Score' && !skipped);
  const [shown, others] = someOf(bestFirst(explanation));
  const rows = shown.map((node) => {
    const paint = painter(node, winner, plain);
    const cells =
      node.scores && node.total !== undefined
        ? [number(node.total), ...scores.map(({ name, weight }) => cell(node.scores?.[name], weight))]
        : ['-', ...scores.slice(1).map(() => ''), ...(scores.length > 0 ? [''] : [])];
    return [paint(node.node), ...cells, paint(remark(node, winner))];
  });
  const heads = scores.map(({ name, weight }) => (weight === undefined || weight === 1 ? name : `${name} x${weight}`));
  const table = columns(['NODE', 'TOTAL', ...heads, ''], rows);
  return `${table}${rest(others)}`;
}

function someOf(nodes: readonly NodeExplanation[]): readonly [shown: NodeExplanation[], others: NodeExplanation[]] {
  const shown: NodeExplanation[] = [];
  const others: NodeExplanation[] = [];
  const alike = new Map<string, number>();
  for (const node of nodes) {
    const what = remark(node, undefined);
    const count = (alike.get(what) ?? 0) + 1;
    alike.set(what, count);
    const isNews = what === '' || count <= mostAlike || nodes.length <= mostRows;
    (shown.length < mostRows && isNews ? shown : others).push(node);
  }
  return [shown, others];
}

/** The winner, the other nodes that can take the pod, those that cannot, those that were not looked at. */
export function bestFirst({ winner, best, nodes }: Explanation): readonly NodeExplanation[] {
  const rank = ({ node, refusedBy, notLookedAt }: NodeExplanation) =>
    node === winner ? 0 : notLookedAt ? 3 : refusedBy === undefined ? 1 : 2;
  const worth = ({ total = 0 }: NodeExplanation) => (best === 'least' ? -total : total);
  return [...nodes].sort((a, b) => rank(a) - rank(b) || (rank(a) === 1 ? worth(b) - worth(a) : 0));
}

const remark = ({ node, refusedBy, verdicts, notLookedAt }: NodeExplanation, winner: string | undefined): string => {
  if (node === winner) return 'wins';
  if (notLookedAt) return 'not looked at: enough nodes had passed';
  return refusedBy === undefined ? '' : `${refusedBy}: ${reasonsOf(verdicts[refusedBy])}`;
};

const reasonsOf = (verdict: NodeExplanation['verdicts'][string] | undefined): string =>
  verdict === undefined || verdict === 'passes' ? 'passes' : verdict.join(', ');

function painter({ node, refusedBy }: NodeExplanation, winner: string | undefined, plain: boolean) {
  if (plain) return (text: string) => text;
  return node === winner ? pc.green : refusedBy === undefined ? (text: string) => text : pc.red;
}

/** `62`; with a weight or another scale `1 > 50 x3 = 150`. */
function cell(score: ScoreOfNode | undefined, weight = 1): string {
  if (!score) return '-';
  const { raw, normalised = raw, weighted = normalised } = score;
  const scaled = normalised === raw ? number(raw) : `${number(raw)} > ${number(normalised)}`;
  return weight === 1 ? scaled : `${scaled} x${weight} = ${number(weighted)}`;
}

const number = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toFixed(4)));

/** `and 4,980 more nodes: 4,000 can take the pod too, 980 Insufficient cpu`. */
function rest(nodes: readonly NodeExplanation[]): string {
  if (nodes.length === 0) return '';
  const counts = new Map<string, number>();
  const add = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { refusedBy, verdicts, notLookedAt } of nodes) {
    if (notLookedAt) add('not looked at');
    else if (refusedBy === undefined) add('can take the pod too, and are no better');
    else add(reasonsOf(verdicts[refusedBy]));
  }
  const parts = [...counts].sort((a, b) => b[1] - a[1]).map(([what, count]) => `${count} ${what}`);
  return `and ${nodes.length} more node${nodes.length === 1 ? '' : 's'}: ${parts.join(', ')}\n`;
}

/** How long each plugin took, and which had nothing to say. */
export function timesText({ plugins }: Explanation): string {
  const of = (point: PluginPart['point'], isSkipped: boolean, text: (part: PluginPart) => string) => {
    const parts = plugins.filter((part) => part.point === point && (part.skipped === true) === isSkipped).map(text);
    return parts.length === 0 ? [] : [`${point === 'Filter' ? 'filters' : 'scores'} ${parts.join(', ')}`];
  };
  const both = (...how: [boolean, (part: PluginPart) => string]) =>
    [...of('Filter', ...how), ...of('Score', ...how)].join('; ');
  const silent = both(true, ({ name }) => name);
  const asked = both(false, ({ name, time }) => `${name} ${time.toFixed(2)}`);
  return `Milliseconds, this time: ${asked}\n${silent === '' ? '' : `Nothing to say of this pod: ${silent}\n`}`;
}

/** One node in full. @throws ConfigurationError when it was not in the view */
export function oneNode({ nodes, plugins, winner }: Explanation, name: string, plain: boolean): string {
  const node = nodes.find((each) => each.node === name);
  if (!node) {
    const names = nodes.map((each) => each.node);
    const some = names.slice(0, mostRows).join(', ');
    throw new ConfigurationError(
      `there was no node ${name} when the pod was tried${nearest(name, names)}; there were: ${names.length > mostRows ? `${some} and ${names.length - mostRows} more` : some || 'none'}`,
    );
  }
  const paint = painter(node, winner, plain);
  const rows = plugins.map(({ name: plugin, point, skipped, weight = 1 }) => {
    if (skipped) return [plugin, point, 'nothing to say of this pod'];
    if (point === 'Filter') {
      const verdict = reasonsOf(node.verdicts[plugin]);
      return [plugin, point, plugin === node.refusedBy ? paint(`${verdict}   (decides)`) : verdict];
    }
    const score = node.scores?.[plugin];
    if (!score) return [plugin, point, 'not asked'];
    const { raw, normalised = raw, weighted } = score;
    const parts = `raw ${number(raw)}, normalised ${number(normalised)}`;
    return [plugin, point, weighted === undefined ? `${number(raw)}` : `${parts}, x${weight} = ${number(weighted)}`];
  });
  const total = node.total === undefined ? '' : `, total ${number(node.total)}`;
  const what =
    node.node === winner
      ? 'wins'
      : node.refusedBy === undefined
        ? remark(node, winner) || 'can take the pod'
        : 'cannot take the pod';
  return `${paint(`${name} ${what}`)}${total}\n\n${columns(['PLUGIN', 'POINT', 'ANSWER'], rows)}`;
}
