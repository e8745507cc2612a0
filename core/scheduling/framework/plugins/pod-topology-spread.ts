// PodTopologySpread: pods of a group evenly over zones or nodes. A constraint that must hold (DoNotSchedule) keeps nodes out
// whose domain would have more than maxSkew pods more than the least one; one that should hold is a score.
// Kubernetes: plugins/podtopologyspread. In real Kubernetes pods of a Service or ReplicaSet have two constraints by
// default (zones with maxSkew 3, nodes with maxSkew 5, both ScheduleAnyway).

import type { ClusterView, NodeInfo } from '../../../contracts/scheduler.ts';
import type { FilterPlugin, NodeFilter, NodeScore, ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { type SpreadGroup, spreadGroups } from '../spread-group.ts';

const hostname = 'kubernetes.io/hostname';
const text = "node(s) didn't match pod topology spread constraints";
const skewed = { reasons: [text], resolvable: true };
const unlabelled = { reasons: [`${text} (missing required label)`], resolvable: false };

export const podTopologySpread: FilterPlugin & ScorePlugin = {
  name: 'PodTopologySpread',
  retryOn: ['NodeAdded', 'NodeChanged', 'NodeRemoved', 'PodBound', 'PodGone', 'PodChanged'],
  weight: 2,
  preFilter,
  preScore,
};

function preFilter(pod: Pod, view: ClusterView): NodeFilter | undefined {
  const groups = spreadGroups(pod, view, 'DoNotSchedule');
  if (groups.length === 0) return undefined;
  let least = groups.map((group) => group.least);
  const change = (other: Pod, node: NodeInfo, times: 1 | -1) => {
    for (const group of groups) group.change(other, node, times);
    least = groups.map((group) => group.least);
  };
  return {
    scope: 'cluster',
    filter(node) {
      for (let at = 0; at < groups.length; at += 1) {
        const group = groups[at]!;
        if (group.topology.codeOf(node) < 0) return unlabelled;
        if (group.of(node) + group.self - least[at]! > group.constraint.maxSkew) return skewed;
      }
      return undefined;
    },
    addPod: (other, node) => change(other, node, 1),
    removePod: (other, node) => change(other, node, -1),
  };
}

function preScore(pod: Pod, view: ClusterView): NodeScore | undefined {
  const groups = spreadGroups(pod, view, 'ScheduleAnyway');
  if (groups.length === 0) return undefined;
  const isIgnored = (node: NodeInfo) => groups.some(({ topology }) => topology.codeOf(node) < 0);
  const someLack = groups.some(
    ({ topology }) => topology.nodes.reduce((sum, count) => sum + count, 0) < view.nodes.length,
  );
  let weights: number[] = [];
  const [first] = groups;
  return {
    scope: 'cluster',
    ...(groups.length === 1 && first && first.topology.key !== hostname && { domain: first.topology }),
    among(nodes) {
      const counted = someLack ? nodes.filter((node) => !isIgnored(node)) : nodes;
      weights = groups.map((group) => Math.log(domainsAmong(group, counted) + 2));
    },
    score(node) {
      if (isIgnored(node)) return ignored;
      let sum = 0;
      for (let at = 0; at < groups.length; at += 1) {
        const group = groups[at]!;
        const pods = group.constraint.topologyKey === hostname ? group.on(node) : group.of(node);
        sum += pods * weights[at]! + (group.constraint.maxSkew - 1);
      }
      return Math.round(sum);
    },
    normalise: fewestFirst,
  };
}

/** The score of nodes that lack a label. */
const ignored = -1;

/** Over how many domains the nodes are spread: the more there are, the more one pod weighs. */
function domainsAmong({ topology }: SpreadGroup, nodes: readonly NodeInfo[]): number {
  if (topology.key === hostname) return nodes.length;
  const seen = new Set<number>();
  for (const node of nodes) seen.add(topology.codeOf(node));
  return seen.size;
}

/** The fewer pods the better, by how far the score lies between the least and the greatest. */
function fewestFirst(scores: Float64Array, count: number): void {
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (let at = 0; at < count; at += 1) {
    const score = scores[at]!;
    if (score === ignored) continue;
    if (score < least) least = score;
    if (score > greatest) greatest = score;
  }
  for (let at = 0; at < count; at += 1) {
    if (scores[at] === ignored) scores[at] = 0;
    else if (greatest === 0) scores[at] = 100;
    else scores[at] = Math.floor((100 * (greatest + least - scores[at]!)) / greatest);
  }
}
