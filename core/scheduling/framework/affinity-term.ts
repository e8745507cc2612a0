// Affinity term: "near (or away from) pods such as these", read once. Which pods it means, and in domains of which label.
// The terms of a pod are kept by its spec: pods of one ReplicaSet share theirs.

import type { AffinityTerm, PodQuery } from '../../contracts/scheduler.ts';
import type { PodAffinityTerm } from '../../model/affinity.ts';
import { formatSelector, matches, type Requirement, selectorOf } from '../../model/labels.ts';
import type { StringMap } from '../../model/meta.ts';
import type { Pod } from '../../model/pod.ts';

export interface PodTerms {
  readonly near: readonly AffinityTerm[];
  readonly away: readonly AffinityTerm[];
  readonly preferNear: readonly AffinityTerm[];
  readonly preferAway: readonly AffinityTerm[];
}

const none: PodTerms = { near: [], away: [], preferNear: [], preferAway: [] };
const known = new WeakMap<Pod['spec'], Map<string, PodTerms>>();

export function termsOf(pod: Pod): PodTerms {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return none;
  // Labels matter for matchLabelKeys only, but pods that share a spec and differ in them are rare.
  const id = `${pod.metadata.namespace} ${JSON.stringify(pod.metadata.labels)}`;
  const bySpec = known.get(pod.spec) ?? new Map<string, PodTerms>();
  known.set(pod.spec, bySpec);
  const before = bySpec.get(id);
  if (before) return before;
  const read = (terms: readonly PodAffinityTerm[] = []) => terms.map((term) => readTerm(pod, term, 1));
  const weighted = (terms: readonly { weight: number; podAffinityTerm: PodAffinityTerm }[] = []) =>
    terms.map(({ weight, podAffinityTerm }) => readTerm(pod, podAffinityTerm, weight));
  const terms: PodTerms = {
    near: read(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    away: read(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferNear: weighted(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferAway: weighted(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
  bySpec.set(id, terms);
  return terms;
}

function readTerm(pod: Pod, term: PodAffinityTerm, weight: number): AffinityTerm {
  const { topologyKey, namespaces = [], matchLabelKeys, mismatchLabelKeys } = term;
  const of = (keys: readonly string[] = [], operator: 'in' | 'notin'): Requirement[] =>
    keys.flatMap((key) => {
      const value = pod.metadata.labels?.[key];
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  const chosen = selectorOf(term.labelSelector);
  const more = [...of(matchLabelKeys, 'in'), ...of(mismatchLabelKeys, 'notin')];
  const selector = chosen.nothing ? chosen : { requirements: [...chosen.requirements, ...more] };
  const namespaceSelector = term.namespaceSelector ? selectorOf(term.namespaceSelector) : undefined;
  const named = namespaces.length > 0 || namespaceSelector ? namespaces : [pod.metadata.namespace ?? 'default'];
  const where = [[...named].sort(), namespaceSelector && formatSelector(namespaceSelector)];
  return {
    key: `${topologyKey} ${JSON.stringify(where)} ${selector.nothing ? '!' : formatSelector(selector)}`,
    topologyKey,
    weight,
    selector,
    namespaces: new Set(named),
    namespaceSelector,
  };
}

/** @param labelsOf the labels of a namespace */
export function means(
  term: AffinityTerm,
  { metadata }: Pod,
  labelsOf: (namespace: string) => StringMap | undefined,
): boolean {
  const { namespace = 'default' } = metadata;
  const there =
    term.namespaces.has(namespace) ||
    (term.namespaceSelector !== undefined && matches(term.namespaceSelector, labelsOf(namespace) ?? {}));
  return there && matches(term.selector, metadata.labels);
}

/** Pods that all of the terms mean. */
export const meantByAll = (
  terms: readonly AffinityTerm[],
  labelsOf: (namespace: string) => StringMap | undefined,
): PodQuery => ({
  key: `meant ${terms.map(({ key }) => key.slice(key.indexOf(' '))).join(' & ')}`,
  weigh: (pod) => (terms.every((term) => means(term, pod, labelsOf)) ? 1 : 0),
});
