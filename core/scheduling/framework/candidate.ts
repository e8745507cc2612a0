// Candidate: a node on which the pod would fit if the victims left, and which of many candidates is taken.
// Victims are found as Kubernetes does: without all pods of lower priority the pod must fit; then they are given back one
// by one, the most important first, as long as it still fits (first those that a disruption budget protects). Those that
// could not be given back are the victims.
// Always true: after `candidateOn` the filters know nothing of the hypothesis any more.
// Kubernetes: SelectVictimsOnNode in plugins/defaultpreemption, pickOneNodeForPreemption in pkg/scheduler/framework/preemption.

import type { NodeInfo } from '../../contracts/scheduler.ts';
import type { FailedAttempt, Refusal } from '../../contracts/scheduling-framework.ts';
import type { Pod } from '../../model/pod.ts';
import { priorityOf } from '../nominations.ts';
import { splitByBudget } from './disruptions.ts';
import { byImportance, startOf } from './importance.ts';
import { firstRefusal } from './local-verdicts.ts';
import { NodeWithout } from './node-without.ts';

export interface Candidate {
  readonly node: NodeInfo;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** Victims whose disruption budget does not allow it. */
  readonly violations: number;
}

/** What is said of a node that could take the pod if somebody left it, and nobody may be asked to. */
export const noVictims: Refusal = { reasons: ['No preemption victims found for incoming pod'], resolvable: false };

/** A Refusal: nobody is less important, or the pod would not fit even if they all left. */
export function candidateOn(node: NodeInfo, { pod, cluster, filters }: FailedAttempt): Candidate | Refusal {
  const lower = node.pods.filter((each) => priorityOf(each) < priorityOf(pod));
  if (lower.length === 0) return noVictims;
  const without = new NodeWithout(node);
  const remove = (victim: Pod) => {
    without.removePod(victim);
    for (const filter of filters) filter.removePod?.(victim, without);
  };
  const giveBack = (victim: Pod) => {
    without.addPod(victim);
    for (const filter of filters) filter.addPod?.(victim, without);
  };
  const refusal = () => firstRefusal(without, filters);

  for (const victim of lower) remove(victim);
  const victims: Pod[] = [];
  const reprieve = (victim: Pod): boolean => {
    giveBack(victim);
    if (!refusal()) return true;
    remove(victim);
    victims.push(victim);
    return false;
  };
  const still = refusal();
  if (still) {
    for (const victim of lower) giveBack(victim);
    return still;
  }
  const { violating, free } = splitByBudget(lower.sort(byImportance), cluster.budgets);
  let violations = 0;
  for (const victim of violating) if (!reprieve(victim)) violations += 1;
  for (const victim of free) reprieve(victim);
  for (const victim of victims) giveBack(victim);
  if (violating.length > 0) victims.sort(byImportance);
  return victims.length > 0 ? { node, victims, violations } : noVictims;
}

/** What makes a candidate a good one, the weightiest first; of equal ones the first is taken. The less, the better. */
const criteria: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ victims }) => priorityOf(victims[0]!),
  // Shifted, so that a few victims of negative priority do not look better than none of them.
  ({ victims }) => victims.reduce((sum, victim) => sum + priorityOf(victim) + 2 ** 31, 0),
  ({ victims }) => victims.length,
  // The later the most important victim started, the better.
  ({ victims }) => -Math.min(...victims.filter((each) => priorityOf(each) === priorityOf(victims[0]!)).map(startOf)),
];

export function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates;
  for (const criterion of criteria) {
    if (best.length < 2) break;
    let least = Number.POSITIVE_INFINITY;
    const costs = best.map(criterion);
    for (const cost of costs) if (cost < least) least = cost;
    best = best.filter((_, at) => costs[at] === least);
  }
  return best[0];
}
