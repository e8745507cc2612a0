// Revisions: the ReplicaSets of a Deployment, old and new, numbered by annotations. The newest template's ReplicaSet has
// the highest number; going back to an old template gives its ReplicaSet a new number and keeps the old one as history.
// In Kubernetes: pkg/controller/deployment/util/deployment_util.go.

import { sameTemplate } from '../../core/control/template-hash.ts';
import type { Deployment } from '../../core/model/deployment.ts';
import type { StringMap } from '../../core/model/meta.ts';
import type { ReplicaSet } from '../../core/model/replica-set.ts';
import { maxSurge, replicasOf } from './fenceposts.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** A Deployment's annotations that say something about the Deployment itself, and so are not handed on. */
const ownAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);

const longestHistory = 2000;

export const wanted = (replicaSet: ReplicaSet): number => replicaSet.spec.replicas ?? 1;
export const sumOf = (replicaSets: readonly ReplicaSet[], count: (of: ReplicaSet) => number): number =>
  replicaSets.reduce((sum, replicaSet) => sum + count(replicaSet), 0);

export const oldestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
  byText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || byText(a.metadata.name, b.metadata.name);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The one that has the Deployment's template. Should there be several, the oldest, so that the choice stays. */
export const newReplicaSetOf = (deployment: Deployment, all: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...all].sort(oldestFirst).find(({ spec }) => sameTemplate(spec.template, deployment.spec.template));

/** 0 when it has none. */
export const revisionOf = ({ metadata }: ReplicaSet | Deployment): number => {
  const number = Number(metadata.annotations?.[revisionAnnotation]);
  return Number.isSafeInteger(number) ? number : 0;
};

/** The number for what is newest now. */
export const nextRevision = (old: readonly ReplicaSet[]): number => Math.max(0, ...old.map(revisionOf)) + 1;

/** Annotations of the new ReplicaSet: the Deployment's, and its number; the same object when nothing changes. */
export function annotationsFor(deployment: Deployment, present: StringMap, revision: number): StringMap {
  const next: Record<string, string> = { ...present };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!ownAnnotations.has(key)) next[key] = value;
  }
  const before = next[revisionAnnotation];
  const number = Number(before ?? 0);
  if (number < revision) {
    next[revisionAnnotation] = String(revision);
    if (before !== undefined && number > 0) next[historyAnnotation] = withHistory(next[historyAnnotation], before);
  }
  const changed = Object.keys(next).some((key) => next[key] !== present[key]);
  return changed ? next : present;
}

function withHistory(history: string | undefined, revision: string): string {
  const entries = (history ?? '').split(',').filter((entry) => entry !== '');
  if (entries.includes(revision)) return entries.join(',');
  entries.push(revision);
  while (entries.join(',').length > longestHistory) entries.shift();
  return entries.join(',');
}

/** What a ReplicaSet keeps of its Deployment's size, so that scaling in the middle of an update keeps the proportions. */
export const sizeAnnotations = (deployment: Deployment): StringMap => ({
  [desiredAnnotation]: String(replicasOf(deployment)),
  [maxAnnotation]: String(replicasOf(deployment) + maxSurge(deployment)),
});

export function desiredReplicasAtLastScale({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations?.[desiredAnnotation]);
}

export function maxReplicasAtLastScale({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations?.[maxAnnotation]);
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined;

/** Old ReplicaSets beyond the history's limit that nothing lives in any more, oldest revision first. */
export function beyondHistory(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return [];
  const present = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const surplus = Math.max(0, present.length - limit);
  return present
    .sort((a, b) => revisionOf(a) - revisionOf(b) || oldestFirst(a, b))
    .slice(0, surplus)
    .filter(
      (replicaSet) =>
        wanted(replicaSet) === 0 &&
        (replicaSet.status?.replicas ?? 0) === 0 &&
        (replicaSet.metadata.generation ?? 0) <= (replicaSet.status?.observedGeneration ?? 0),
    );
}
