// DefaultPreemption: when no node takes the pod, makes room for it where less important pods can leave.
//   may it?       not with preemptionPolicy Never, and not while the victims of an earlier nomination are still leaving
//   where?        on nodes whose refusal can be resolved by taking pods away; in a large cluster on a sample of them
//   whom?         candidate.ts: the fewest and least important, those that a disruption budget protects last
// Kubernetes: plugins/defaultpreemption. Its sample begins at a random node; ours begins where the last one ended.

import type { Nomination, PodQuery, ReasonCounts } from '../../../contracts/scheduler.ts';
import type { FailedAttempt, NoRoom, PostFilterPlugin, Refusal } from '../../../contracts/scheduling-framework.ts';
import type { Pod } from '../../../model/pod.ts';
import { priorityOf } from '../../nominations.ts';
import { fitError } from '../../refusals.ts';
import { bestOf, type Candidate, noVictims } from '../candidate.ts';
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

  postFilter(attempt: FailedAttempt): Nomination | NoRoom | undefined {
    const { pod, cluster } = attempt;
    if (cluster.nodes.length === 0) return undefined;
    const why = ineligible(attempt);
    if (why !== undefined) return { message: `preemption: ${why}` };
    const { candidates, refusals } = this.#candidates(attempt);
    const best = bestOf(candidates);
    if (best) return { node: best.node.name, victims: best.victims };
    const message = `preemption: ${fitError(cluster.nodes.length, reasonsOf(attempt, refusals))}`;
    return pod.status?.nominatedNodeName ? { message, nominate: 'nowhere' } : { message };
  }

  #candidates(attempt: FailedAttempt): Candidates {
    const { nodes } = attempt.cluster;
    const lower = attempt.cluster.count(lessImportantThan(priorityOf(attempt.pod)));
    const candidates: Candidate[] = [];
    const refusals = new Tally();
    if (lower.total === 0) return { candidates, refusals: refusals.counts };
    const enough = Math.max(Math.floor((nodes.length * this.#percentage) / 100), this.#absolute);
    const candidateOn = this.#kept.for(attempt);
    let sparing = 0;
    let looked = 0;
    // Candidates that violate a budget count only once there is one that does not.
    for (; looked < nodes.length && !(sparing > 0 && candidates.length >= enough); looked += 1) {
      const node = nodes[(this.#next + looked) % nodes.length]!;
      if (lower.on(node) === 0 || !attempt.refusalOf(node)?.resolvable) continue;
      const candidate = candidateOn(node);
      if ('reasons' in candidate) refusals.add(candidate);
      else {
        candidates.push(candidate);
        if (candidate.violations === 0) sparing += 1;
      }
    }
    this.#next = (this.#next + looked) % nodes.length;
    return { candidates, refusals: refusals.counts };
  }
}

/** Counts refusals. Thousands of nodes in a row say the same, so what was said last is at hand. */
class Tally {
  readonly #counts = new Map<Refusal, number>();
  #last: Refusal | undefined;
  #times = 0;

  add(refusal: Refusal): void {
    if (refusal !== this.#last) this.#turnTo(refusal);
    this.#times += 1;
  }

  get counts(): ReadonlyMap<Refusal, number> {
    this.#turnTo(undefined);
    return this.#counts;
  }

  #turnTo(refusal: Refusal | undefined): void {
    if (this.#last) this.#counts.set(this.#last, (this.#counts.get(this.#last) ?? 0) + this.#times);
    this.#last = refusal;
    this.#times = 0;
  }
}

interface Candidates {
  readonly candidates: readonly Candidate[];
  /** What nodes would say even if all less important pods left them. */
  readonly refusals: ReadonlyMap<Refusal, number>;
}

/** Counts of pods are kept by the view, so that nobody is looked for where nobody is. */
const lessImportantThan = (priority: number): PodQuery => ({
  key: `priority < ${priority}`,
  weigh: (pod) => (priorityOf(pod) < priority ? 1 : 0),
});

/** Why the pod may not make others give way. */
function ineligible({ pod, cluster, refusalOf }: FailedAttempt): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated = cluster.node(pod.status?.nominatedNodeName ?? '');
  // Where it was nominated it can never run any more: it may look elsewhere.
  if (!nominated || refusalOf(nominated)?.resolvable === false) return undefined;
  const awaited = nominated.pods.some((each) => priorityOf(each) < priorityOf(pod) && isLeavingForUs(each));
  return awaited ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** Of each node one reason: it cannot help that pods leave it, nobody may be asked to, or it would not be enough. */
function reasonsOf({ cluster, refusals }: FailedAttempt, still: ReadonlyMap<Refusal, number>): ReasonCounts {
  let resolvable = 0;
  for (const [refusal, nodes] of refusals) if (refusal.resolvable) resolvable += nodes;
  const reasons: Record<string, number> = {};
  const add = (reason: string, nodes: number) => {
    if (nodes > 0) reasons[reason] = (reasons[reason] ?? 0) + nodes;
  };
  add('Preemption is not helpful for scheduling', cluster.nodes.length - resolvable);
  for (const [refusal, nodes] of still) {
    resolvable -= nodes;
    for (const reason of refusal.reasons) add(reason, nodes);
  }
  add(noVictims.reasons[0]!, resolvable);
  return reasons;
}

const isLeavingForUs = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (status?.conditions ?? []).some(
    ({ type, status: is, reason }) =>
      type === 'DisruptionTarget' && is === 'True' && reason === 'PreemptionByScheduler',
  );
