// DefaultPreemption: when no node takes the pod, makes room for it where less important pods can leave.
//   may it?       not with preemptionPolicy Never, and not while the victims of an earlier nomination are still leaving
//   where?        on nodes whose refusal can be resolved by taking pods away; in a large cluster on a sample of them
//   whom?         candidate.ts: the fewest and least important, those that a disruption budget protects last
// Kubernetes: plugins/defaultpreemption. Its sample begins at a random node; ours begins where the last one ended.

import type { Nomination, PodQuery } from '../../../contracts/scheduler.ts';
import type { FailedAttempt, PostFilterPlugin } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { priorityOf } from '../../nominations.ts';
import { bestOf, type Candidate } from '../candidate.ts';
import { KeptCandidates } from '../kept-candidates.ts';

export interface PreemptionOptions {
  /** Candidates that are enough, as a share of the nodes; as Kubernetes' argument of this name. */
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
}

export class DefaultPreemption implements PostFilterPlugin {
  readonly name = 'DefaultPreemption';
  readonly #percentage: number;
  readonly #absolute: number;
  readonly #kept = new KeptCandidates();
  #next = 0;

  constructor({ minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 }: PreemptionOptions = {}) {
    this.#percentage = minCandidateNodesPercentage;
    this.#absolute = minCandidateNodesAbsolute;
  }

  postFilter(attempt: FailedAttempt): Nomination | 'nowhere' | undefined {
    if (!mayPreempt(attempt)) return undefined;
    const best = bestOf(this.#candidates(attempt));
    if (best) return { node: best.node.name, victims: best.victims };
    return attempt.pod.status?.nominatedNodeName ? 'nowhere' : undefined;
  }

  #candidates(attempt: FailedAttempt): readonly Candidate[] {
    const { nodes } = attempt.cluster;
    const lower = attempt.cluster.count(lessImportantThan(priorityOf(attempt.pod)));
    if (lower.total === 0) return [];
    const enough = Math.max(Math.floor((nodes.length * this.#percentage) / 100), this.#absolute);
    const candidateOn = this.#kept.for(attempt);
    const candidates: Candidate[] = [];
    let sparing = 0;
    let looked = 0;
    // Candidates that violate a budget count only once there is one that does not.
    for (; looked < nodes.length && !(sparing > 0 && candidates.length >= enough); looked += 1) {
      const node = nodes[(this.#next + looked) % nodes.length]!;
      if (lower.on(node) === 0 || !attempt.refusalOf(node)?.resolvable) continue;
      const candidate = candidateOn(node);
      if (!candidate) continue;
      candidates.push(candidate);
      if (candidate.violations === 0) sparing += 1;
    }
    this.#next = (this.#next + looked) % nodes.length;
    return candidates;
  }
}

/** Counts of pods are kept by the view, so that nobody is looked for where nobody is. */
const lessImportantThan = (priority: number): PodQuery => ({
  key: `priority < ${priority}`,
  weigh: (pod) => (priorityOf(pod) < priority ? 1 : 0),
});

function mayPreempt({ pod, cluster, refusalOf }: FailedAttempt): boolean {
  if (pod.spec.preemptionPolicy === 'Never') return false;
  const nominated = cluster.node(pod.status?.nominatedNodeName ?? '');
  // Where it was nominated it can never run any more: it may look elsewhere.
  if (!nominated || refusalOf(nominated)?.resolvable === false) return true;
  return !nominated.pods.some((each) => priorityOf(each) < priorityOf(pod) && isLeavingForUs(each));
}

const isLeavingForUs = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (status?.conditions ?? []).some(
    ({ type, status: is, reason }) =>
      type === 'DisruptionTarget' && is === 'True' && reason === 'PreemptionByScheduler',
  );
