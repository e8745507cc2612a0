// Explain attempt: the long answer about a pod, when somebody asks: what was tried, what came of it, what the pod waits for,
// and why the attempt that matters ended as it did, by the scheduler's own explanation over the cluster as it was.
//   why(scheduling, { namespace: 'default', name: 'web' })    what the scheduler loop answers
//   decideAfresh(scheduler, scene)                            what another scheduler would have done in its place
// Always true: nothing is changed by asking. Answers are plain JSON: the scheduler may run in another process.

import type { Explanation } from '../contracts/explanation.ts';
import type { ClusterEvent, Scheduler } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import { type Attempt, type AttemptResult, resultOf } from './attempts.ts';
import { checkPlacement } from './check-placement.ts';
import { readContents, type WrittenContents, writeContents } from './contents.ts';
import { checkExplanation } from './explain-check.ts';
import type { Waiting } from './queue.ts';
import { type SchedulingState, textOf } from './scheduling-state.ts';
import { Snapshot } from './snapshot.ts';

/** A pod by its name; with `uid` that one, and not another one of its name. */
export interface WhyQuestion {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string | undefined;
  /** The cluster as it was is wanted too, to ask another scheduler. */
  readonly scene?: boolean;
}

export interface WhyAnswer {
  /** The algorithm's name. */
  readonly scheduler: string;
  /** The `schedulerName` of the pods that it takes. */
  readonly schedulerName: string;
  /** Milliseconds since 1970: since when attempts are kept, how many were forgotten, and of when the oldest kept one is. */
  readonly since: number;
  readonly forgotten: number;
  readonly oldest?: number;
  /** Of the pod, oldest first. */
  readonly attempts: readonly WrittenAttempt[];
  /** Left out: it waits for nothing here. */
  readonly waits?: Waits;
  /** Left out: there was no attempt. */
  readonly explained?: Explained;
  readonly scene?: Scene;
}

export type WrittenAttempt = AttemptResult & Pick<Attempt, 'at' | 'number' | 'nodes'> & { readonly takenBack?: string };

export interface Waits extends Waiting {
  /** What of the cluster can make it fit. */
  readonly retryOn: readonly ClusterEvent[];
  /** The node on which room is being made for it. */
  readonly nominated?: string;
}

/** What a scheduler says of itself; neither: it does not explain itself. */
export interface Said {
  readonly explanation?: Explanation;
  /** What went wrong while it explained. */
  readonly unexplained?: string;
}

export interface Explained extends Said {
  /** Which of the attempts. */
  readonly attempt: number;
  /**
   * How many changes of the cluster lie between the attempt and what it is explained from, since the older ones are
   * forgotten. 0: it is explained from the cluster exactly as it was.
   */
  readonly changesSince: number;
}

/** What a scheduler was asked: all that it needs to be asked again, elsewhere. */
export interface Scene {
  readonly pod: Pod;
  readonly cluster: WrittenContents;
}

export type FreshDecision = AttemptResult & Said & { readonly scheduler: string };

export interface Asked {
  readonly state: SchedulingState;
  readonly scheduler: Scheduler;
  readonly schedulerName: string;
}

export function why({ state, scheduler, schedulerName }: Asked, question: WhyQuestion): WhyAnswer {
  const { attempts } = state;
  const ofName = attempts.of(
    ({ metadata: { namespace, name } }) => namespace === question.namespace && name === question.name,
  );
  const uid = question.uid ?? ofName.at(-1)?.pod.metadata.uid;
  const made = ofName.filter(({ pod }) => pod.metadata.uid === uid);
  // Where it is says more than what was tried afterwards.
  const matters = made.findLast(({ result, takenBack }) => 'node' in result && takenBack === undefined) ?? made.at(-1);
  const waits = waitsOf(state, scheduler, uid);
  return {
    scheduler: scheduler.name,
    schedulerName,
    since: state.since,
    forgotten: attempts.forgotten,
    ...(attempts.oldest !== undefined && { oldest: attempts.oldest }),
    attempts: made.map(({ at, number, nodes, result, takenBack }) => ({
      at,
      number,
      nodes,
      ...result,
      ...(takenBack !== undefined && { takenBack }),
    })),
    ...(waits && { waits }),
    ...(matters && explained(state, scheduler, matters, question.scene === true)),
  };
}

function waitsOf({ queue, nominations }: SchedulingState, scheduler: Scheduler, uid = ''): Waits | undefined {
  const waiting = queue.find(uid);
  const nominated = nominations.of(uid);
  if (!waiting) return undefined;
  return { ...waiting, retryOn: waiting.retryOn ?? scheduler.retryOn, ...(nominated !== undefined && { nominated }) };
}

/** By the scheduler's own word, over the cluster as it was, or as early as it is remembered. */
function explained(state: SchedulingState, scheduler: Scheduler, attempt: Attempt, withScene: boolean) {
  const { pod, position, memory, number } = attempt;
  const contents = state.snapshot.contents();
  const reached = state.journal.rewind(contents, position);
  return {
    explained: {
      attempt: number,
      changesSince: reached - position,
      ...said(scheduler, pod, Snapshot.of(contents), memory),
    },
    ...(withScene && { scene: { pod, cluster: writeContents(contents) } }),
  };
}

function said(scheduler: Scheduler, pod: Pod, view: Snapshot, memory: unknown): Said {
  try {
    return scheduler.explain ? { explanation: checkExplanation(scheduler.explain(pod, view, memory)) } : {};
  } catch (error) {
    return { unexplained: textOf(error) };
  }
}

/** @param scheduler one that has placed nothing yet */
export function decideAfresh(scheduler: Scheduler, { pod, cluster }: Scene): FreshDecision {
  const view = Snapshot.of(readContents(cluster));
  const { name } = scheduler;
  // First, since placing may change what it remembers.
  const words = said(scheduler, pod, view, scheduler.memory);
  try {
    return { scheduler: name, ...resultOf(checkPlacement(scheduler.place(pod, view), view)), ...words };
  } catch (error) {
    return { scheduler: name, error: textOf(error), ...words };
  }
}
