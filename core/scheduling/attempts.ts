// Attempts: the last tries to place a pod, each with its result and the counts of reasons: what `kubelab why` begins with.
// They are kept here, and not in the objects, so that trying costs no write; whoever wants to know more about one asks for
// its explanation (explain-attempt.ts), which is made from the cluster as it was at the attempt's position in the journal.
// Always true: a bounded number of them is kept, and what they keep in memory is bounded too; the oldest give way.

import type { Nomination, Placement, ReasonCounts } from '../contracts/scheduler.ts';
import { keyOf } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import { BoundedRing } from './journal-ring.ts';
import type { QueuedPod } from './queue.ts';
import type { FitMessages } from './refusals.ts';

/** What came of an attempt; the victims of a nomination by namespace and name. */
export type AttemptResult =
  | { readonly node: string }
  | ({
      readonly unschedulable: ReasonCounts;
      readonly nominate?: { readonly node: string; readonly victims: readonly string[] } | 'nowhere';
    } & FitMessages)
  | { readonly error: string };

export interface Attempt {
  /** As it was then. */
  readonly pod: Pod;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of this pod: 1, 2, 3, ... */
  readonly number: number;
  /** Of the journal. */
  readonly position: number;
  /** How many nodes there were. */
  readonly nodes: number;
  /** The scheduler's, before the attempt. */
  readonly memory: unknown;
  readonly result: AttemptResult;
  /** Why the pod did not stay on the node: a permit was not given, the binding was refused. */
  takenBack?: string;
}

const mostAttempts = 10_000;
const mostBytes = 16 * 1024 * 1024;

/** About what one keeps: the pod, of which the cluster has most anyway, and a text for each reason. */
const attemptBytes = 1024;
const reasonBytes = 64;

export class Attempts {
  readonly #ring: BoundedRing<Attempt>;

  constructor(most = mostAttempts, bytes = mostBytes) {
    this.#ring = new BoundedRing(most, bytes);
  }

  add(queued: QueuedPod, of: Pick<Attempt, 'at' | 'position' | 'nodes' | 'memory' | 'result'>): void {
    const { at, position, nodes, memory, result } = of;
    const reasons = 'unschedulable' in result ? Object.keys(result.unschedulable).length : 0;
    const attempt = { pod: queued.pod, at, number: queued.attempts, position, nodes, memory, result };
    this.#ring.push(attempt, attemptBytes + reasonBytes * reasons);
  }

  /** The pod did not stay where its last attempt put it. */
  takenBack({ metadata: { uid } }: Pod, why: string): void {
    // Not long ago: only so many bindings are on their way.
    for (let number = this.#ring.next - 1; number >= this.#ring.first; number -= 1) {
      const attempt = this.#ring.get(number)!;
      if (attempt.pod.metadata.uid !== uid) continue;
      attempt.takenBack = why;
      return;
    }
  }

  /** Those of one pod, oldest first. */
  of(isMeant: (pod: Pod) => boolean): readonly Attempt[] {
    return [...this.#ring].filter(({ pod }) => isMeant(pod));
  }

  /** How many have given way. */
  get forgotten(): number {
    return this.#ring.first;
  }

  /** When the oldest one that is kept was made; undefined: there is none. */
  get oldest(): number | undefined {
    return this.#ring.get(this.#ring.first)?.at;
  }
}

export function resultOf(placement: Placement): AttemptResult {
  if ('node' in placement) return { node: placement.node };
  const { unschedulable, nominate, preFilterMessage, postFilterMessage } = placement;
  return {
    unschedulable,
    ...(nominate !== undefined && { nominate: named(nominate) }),
    ...(preFilterMessage !== undefined && { preFilterMessage }),
    ...(postFilterMessage !== undefined && { postFilterMessage }),
  };
}

const named = (nominate: Nomination | 'nowhere') =>
  nominate === 'nowhere' ? nominate : { node: nominate.node, victims: nominate.victims.map((pod) => keyOf(pod)) };
