// InterPodAffinity: near to some pods, away from others. Three rules keep nodes out, in Kubernetes' order:
//   the pod's own affinity       in the node's domain are pods that all of its terms mean
//   its own anti-affinity        in the node's domain is no pod that one of its terms means
//   others' anti-affinity        no pod in the node's domain wants to be away from this one
// and what is preferred, by the pod or by those that are placed, is a score. Kubernetes: plugins/interpodaffinity.

import type { AffinityTerm, ClusterView, DomainCount, NodeInfo } from '../../../contracts/scheduler.ts';
import type { FilterPlugin, NodeFilter, NodeScore, ScorePlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { means, meantByAll, type PodTerms, termsOf } from '../affinity-term.ts';
import { Hypothesis } from '../hypothesis.ts';

const notNear = { reasons: ["node(s) didn't match pod affinity rules"], resolvable: false };
const notAway = { reasons: ["node(s) didn't match pod anti-affinity rules"], resolvable: true };
const unwelcome = { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], resolvable: true };

/** What one pod that requires to be near this one counts for in the score (hardPodAffinityWeight). */
const required = 1;

export const interPodAffinity: FilterPlugin & ScorePlugin = {
  name: 'InterPodAffinity',
  retryOn: ['NodeAdded', 'NodeChanged', 'NodeRemoved', 'PodBound', 'PodGone', 'PodChanged', 'NamespaceChanged'],
  weight: 2,
  preFilter,
  preScore,
};

function preFilter(pod: Pod, view: ClusterView): NodeFilter | undefined {
  const own = termsOf(pod);
  const labelsOf = (namespace: string) => view.namespaceLabels(namespace);
  const isFor = (term: AffinityTerm) => means(term, pod, labelsOf);
  const repelling = view.terms.of('away').filter(isFor);
  if (own.near.length + own.away.length + repelling.length === 0) return undefined;

  const near = own.near.map((term) => new Hypothesis(view.count(meantByAll(own.near, labelsOf)).by(term.topologyKey)));
  const away = own.away.map((term) => new Hypothesis(view.count(meantByAll([term], labelsOf)).by(term.topologyKey)));
  const repelled = repelling.map((term) => new Hypothesis(countOfOwners(view, 'away', term)));
  // The first of a group that wants to be near its own kind may go anywhere.
  const isItsOwnKind = own.near.length > 0 && own.near.every(isFor);
  const nobodyNear = () => isItsOwnKind && near.every((count) => count.total === 0);
  let isFirst = nobodyNear();

  const change = (other: Pod, node: NodeInfo, times: 1 | -1) => {
    const isMeant = own.near.every((term) => means(term, other, labelsOf));
    for (const count of near) if (isMeant) count.change(node, times);
    isFirst = nobodyNear();
    own.away.forEach((term, at) => {
      if (means(term, other, labelsOf)) away[at]!.change(node, times);
    });
    const theirs = new Set(termsOf(other).away.map(({ key }) => key));
    repelling.forEach((term, at) => {
      if (theirs.has(term.key)) repelled[at]!.change(node, times);
    });
  };
  return {
    scope: 'cluster',
    filter(node) {
      for (const count of near) {
        if (!count.isIn(node)) return notNear;
        if (!isFirst && count.of(node) === 0) return notNear;
      }
      for (const count of away) if (count.of(node) > 0) return notAway;
      for (const count of repelled) if (count.of(node) > 0) return unwelcome;
      return undefined;
    },
    addPod: (other, node) => change(other, node, 1),
    removePod: (other, node) => change(other, node, -1),
  };
}

function preScore(pod: Pod, view: ClusterView): NodeScore | undefined {
  const own = termsOf(pod);
  const labelsOf = (namespace: string) => view.namespaceLabels(namespace);
  const counts: { readonly weight: number; readonly count: DomainCount }[] = [];
  const wish = (term: AffinityTerm, sign: 1 | -1) =>
    counts.push({ weight: sign * term.weight, count: view.count(meantByAll([term], labelsOf)).by(term.topologyKey) });
  const theirs = (kind: keyof PodTerms, sign: 1 | -1, weightOf = (term: AffinityTerm) => term.weight) => {
    for (const term of view.terms.of(kind))
      if (means(term, pod, labelsOf))
        counts.push({ weight: sign * weightOf(term), count: countOfOwners(view, kind, term) });
  };
  for (const term of own.preferNear) wish(term, 1);
  for (const term of own.preferAway) wish(term, -1);
  theirs('near', 1, () => required);
  theirs('preferNear', 1);
  theirs('preferAway', -1);
  if (counts.length === 0) return undefined;
  const { topology } = counts[0]!.count;
  return {
    scope: 'cluster',
    normalise: betweenExtremes,
    ...(counts.every(({ count }) => count.topology === topology) && { domain: topology }),
    score(node) {
      let sum = 0;
      for (const { weight, count } of counts) sum += weight * count.of(node);
      return sum;
    },
  };
}

/** The pods that have the term themselves, in the domains of its label. */
function countOfOwners(view: ClusterView, kind: keyof PodTerms, term: AffinityTerm): DomainCount {
  const key = `has ${kind} ${term.weight} ${term.key}`;
  const has = (each: AffinityTerm) => each.key === term.key && each.weight === term.weight;
  return view.count({ key, weigh: (pod) => termsOf(pod)[kind].filter(has).length }).by(term.topologyKey);
}

/** The least becomes 0, the greatest 100. */
function betweenExtremes(scores: Float64Array, count: number): void {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at += 1) {
    least = Math.min(least, scores[at]!);
    greatest = Math.max(greatest, scores[at]!);
  }
  const span = greatest - least;
  for (let at = 0; at < count; at += 1) scores[at] = span > 0 ? Math.floor((100 * (scores[at]! - least)) / span) : 0;
}
