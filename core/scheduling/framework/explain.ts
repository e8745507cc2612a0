// Explain: what a scheduler made of plugins thinks of every node, by asking every filter and every score about all of them,
// each in its turn, so that the time of each can be told. It keeps nothing from pod to pod, and so it is slow and plain: what
// FrameworkScheduler does quickly, it must do alike (a spec compares their winners).

import type { Explanation, PluginPart, ScoreOfNode, Verdict } from '../../contracts/explanation.ts';
import type { ClusterView, NodeInfo } from '../../contracts/scheduler.ts';
import type { FilterPlugin } from '../../contracts/scheduling-framework.ts';
import type { Pod } from '../../model/pod.ts';
import { stopwatch } from '../../time/stopwatch.ts';
import { nobody, onlyOne, tieText } from '../explain.ts';
import type { FrameworkOptions, WeightedScore } from './framework-scheduler.ts';
import { firstRefusal } from './local-verdicts.ts';
import { normalise } from './normalise.ts';
import { Sample } from './sample.ts';
import { filterWithoutNominated } from './without-nominated.ts';

/** What is known of one node so far. */
interface Line {
  readonly info: NodeInfo;
  readonly verdicts: Record<string, Verdict>;
  refusedBy?: string;
  readonly scores: Record<string, ScoreOfNode>;
  total: number;
}

/** @param turn where the walk over a sample of the nodes begins */
export function explainFramework(options: FrameworkOptions, pod: Pod, view: ClusterView, turn: number): Explanation {
  const lines = view.nodes.map((info): Line => ({ info, verdicts: {}, scores: {}, total: 0 }));
  const plugins: PluginPart[] = [];
  for (const plugin of options.filters) {
    const asked = askFilter(plugin, pod, view, lines);
    plugins.push(asked.part);
    if (asked.refusesAll) break;
  }
  const { percentageOfNodesToScore = 100 } = options;
  const looked = percentageOfNodesToScore < 100 ? inSample(lines, new Sample(percentageOfNodesToScore, turn)) : lines;
  const passed = looked.filter(({ refusedBy }) => refusedBy === undefined);
  if (passed.length > 0)
    for (const { plugin, weight = plugin.weight } of options.scores)
      if (weight > 0) plugins.push(askScore({ plugin, weight }, pod, view, passed));

  const isLooked = new Set(looked);
  return {
    ...winnerOf(pod, lines, passed),
    best: 'greatest',
    plugins,
    nodes: lines.map(({ info, verdicts, refusedBy, scores, total }, index) => ({
      node: info.name,
      verdicts,
      ...(refusedBy !== undefined && { refusedBy }),
      ...(refusedBy === undefined && isLooked.has(lines[index]!) && { scores, total }),
      ...(!isLooked.has(lines[index]!) && { notLookedAt: true }),
    })),
  };
}

/** Asks one filter about all nodes. */
function askFilter(plugin: FilterPlugin, pod: Pod, view: ClusterView, lines: readonly Line[]) {
  const { name } = plugin;
  const time = stopwatch();
  const filter = plugin.preFilter(pod, view);
  const refusesAll = filter !== undefined && 'reasons' in filter;
  if (refusesAll) {
    for (const line of lines) {
      line.verdicts[name] = filter.reasons;
      line.refusedBy = name;
    }
  } else if (filter) {
    const alone = filterWithoutNominated(plugin, filter, pod, view);
    const filters = alone ? [filter, alone] : [filter];
    for (const line of lines) {
      const refusal = firstRefusal(line.info, filters);
      line.verdicts[name] = refusal?.reasons ?? 'passes';
      if (refusal) line.refusedBy ??= name;
    }
  }
  const part: PluginPart = { name, point: 'Filter', ...(!filter && { skipped: true }), time: time() };
  return { part, refusesAll };
}

/** Asks one score about the nodes that passed. */
function askScore(
  { plugin, weight }: Required<WeightedScore>,
  pod: Pod,
  view: ClusterView,
  passed: readonly Line[],
): PluginPart {
  const { name } = plugin;
  const time = stopwatch();
  const score = plugin.preScore(pod, view);
  if (score) {
    score.among?.(passed.map(({ info }) => info));
    const raw = Float64Array.from(passed, ({ info }) => score.score(info));
    const normalised = raw.slice();
    normalise(normalised, normalised.length, score.normalise);
    passed.forEach((line, at) => {
      const weighted = weight * normalised[at]!;
      line.scores[name] = { raw: raw[at]!, normalised: normalised[at]!, weighted };
      line.total += weighted;
    });
  }
  return { name, point: 'Score', weight, ...(!score && { skipped: true }), time: time() };
}

function inSample(lines: readonly Line[], sample: Sample): readonly Line[] {
  const passed = { count: 0 };
  const looked: Line[] = [];
  const infos = lines.map(({ info }) => info);
  for (const { index } of sample.walk(infos, passed)) {
    looked.push(lines[index]!);
    if (lines[index]!.refusedBy === undefined) passed.count += 1;
  }
  return looked;
}

function winnerOf(pod: Pod, lines: readonly Line[], passed: readonly Line[]): Pick<Explanation, 'winner' | 'rule'> {
  const nominated = pod.status?.nominatedNodeName;
  if (nominated && lines.some(({ info, refusedBy }) => info.name === nominated && refusedBy === undefined))
    return { winner: nominated, rule: 'room was made for the pod there, and it fits: no other node was compared' };
  if (passed.length === 0) return { rule: nobody };
  const greatest = Math.max(...passed.map(({ total }) => total));
  const equal = passed.filter(({ total }) => total === greatest);
  // In real Kubernetes: a random one of them.
  const winner = equal.reduce((first, line) => (line.info.index < first.info.index ? line : first)).info.name;
  return { winner, rule: passed.length === 1 ? onlyOne : `the greatest total${tieText(equal.length)}` };
}
