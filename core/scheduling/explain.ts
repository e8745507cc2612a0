// Explain by refusals: the explanation of a scheduler that asks `refusals` which nodes can take the pod, and takes the best of
// them by a few numbers:
//   explain(pod, cluster) {
//     return explainByRefusals(pod, cluster, [{ name: 'Pods', best: 'least', of: (node) => node.pods.length }]);
//   }
// The first number decides; where it is the same, the next one; where all are, the first in the order of the view.

import type { Explanation, NodeExplanation, PluginPart, ScoreOfNode, Verdict } from '../contracts/explanation.ts';
import type { ClusterView, NodeInfo } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import { stopwatch } from '../time/stopwatch.ts';
import { namedFilters } from './refusals.ts';

export interface Criterion {
  /** `Pods`, `Turn`: the head of its column. */
  readonly name: string;
  readonly best: 'greatest' | 'least';
  of(node: NodeInfo): number;
}

interface Line {
  readonly info: NodeInfo;
  readonly verdicts: Record<string, Verdict>;
  refusedBy?: string;
  readonly scores: Record<string, ScoreOfNode>;
}

/** @param rule how the winner is chosen, as a sentence without its end; told in terms of the criteria unless given */
export function explainByRefusals(
  pod: Pod,
  view: ClusterView,
  criteria: readonly [Criterion, ...Criterion[]],
  rule = criteria.map(({ name, best }) => `the ${best} ${name}`).join('; of equal ones '),
): Explanation {
  const lines = view.nodes.map((info): Line => ({ info, verdicts: {}, scores: {} }));
  const plugins: PluginPart[] = [];
  for (const [name, filter] of Object.entries(namedFilters)) {
    const time = stopwatch();
    for (const line of lines) {
      const reasons = filter(pod, line.info, view);
      line.verdicts[name] = reasons.length > 0 ? reasons : 'passes';
      if (reasons.length > 0) line.refusedBy ??= name;
    }
    plugins.push({ name, point: 'Filter', time: time() });
  }
  const passed = lines.filter(({ refusedBy }) => refusedBy === undefined);
  for (const { name, of } of criteria) {
    const time = stopwatch();
    for (const line of passed) line.scores[name] = { raw: of(line.info) };
    plugins.push({ name, point: 'Score', time: time() });
  }

  const [first] = criteria;
  const totalOf = ({ scores }: Line) => scores[first.name]!.raw;
  const isEqual = (a: Line, b: Line) => criteria.every(({ name }) => a.scores[name]!.raw === b.scores[name]!.raw);
  const better = (a: Line, b: Line): boolean => {
    for (const { name, best } of criteria) {
      const ahead = b.scores[name]!.raw - a.scores[name]!.raw;
      if (ahead !== 0) return best === 'least' ? ahead > 0 : ahead < 0;
    }
    return a.info.index < b.info.index;
  };
  const winner = passed.reduce<Line | undefined>(
    (best, line) => (!best || better(line, best) ? line : best),
    undefined,
  );
  const nodes = lines.map(
    (line): NodeExplanation => ({
      node: line.info.name,
      verdicts: line.verdicts,
      ...(line.refusedBy === undefined ? { scores: line.scores, total: totalOf(line) } : { refusedBy: line.refusedBy }),
    }),
  );
  const equal = winner ? passed.filter((line) => isEqual(line, winner)).length : 0;
  const why = passed.length > 1 ? `${rule}${tieText(equal)}` : passed.length === 1 ? onlyOne : nobody;
  return { ...(winner && { winner: winner.info.name }), rule: why, best: first.best, plugins, nodes };
}

/** How the winner is told where there is nothing to compare. */
export const nobody = 'no node can take the pod';
export const onlyOne = 'the only node that can take the pod';

/** @param equal how many nodes are as good as the winner, itself included */
export const tieText = (equal: number): string =>
  equal > 1 ? `; of ${equal} with as much, the first in the order in which the view has the nodes` : '';
