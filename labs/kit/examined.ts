// What surrounds a part: core's loops call these in its place, and what it does there that no part may do is told.

import type { Controller } from '../../core/contracts/controller.ts';
import type { Scheduler } from '../../core/contracts/scheduler.ts';
import { keyOf } from '../../core/model/meta.ts';
import { ApiError } from '../../core/model/status.ts';
import { checkPlacement } from '../../core/scheduling/check-placement.ts';
import { deepFreeze } from '../../core/testing/deep-freeze.ts';

/** Something that the part did and no part may do. */
export interface Trouble {
  /** Name of the message in messages.md. */
  readonly message:
    | 'threw'
    | 'nonsense'
    | 'changed-shared-object'
    | 'did-not-start'
    | 'left-open'
    | 'never-rests'
    | 'no-method';
  /** `reconcile(default/web)` */
  readonly doing: string;
  readonly error: unknown;
}

/** Told of a trouble; which one it is, is read off the error unless said. */
export type Tell = (doing: string, error: unknown, message?: Trouble['message']) => void;

/** Reconciles at one moment that are too many. */
const mostLooks = 5000;

/** The controller, stopped from looking again and again while no time passes: virtual time would never go on. */
export function counted(inner: Controller, seconds: () => number, tell: Tell): Controller {
  let looks = 0;
  let at = -1;
  return {
    name: inner.name,
    ...(inner.workers !== undefined && { workers: inner.workers }),
    sources: (informers) => inner.sources(informers),
    reconcile: (key, signal) => {
      const now = seconds();
      looks = now === at ? looks + 1 : 1;
      at = now;
      if (looks < mostLooks) return inner.reconcile(key, signal);
      tell('reconcile', `to look at ${key} again without waiting`, 'never-rests');
      throw new ApiError(429, 'TooManyRequests', 'your part looks again without end');
    },
    ...(inner.stop && { stop: () => inner.stop?.() }),
  };
}

/** The scheduler, whose answers are looked at before the loop has them. */
export const examined = (inner: Scheduler, tell: Tell): Scheduler => ({
  name: inner.name,
  retryOn: inner.retryOn,
  place: (pod, view) => {
    const doing = `place(${keyOf(pod)})`;
    let answer: ReturnType<Scheduler['place']>;
    try {
      answer = inner.place(deepFreeze(pod), view);
    } catch (error) {
      tell(doing, error);
      throw error;
    }
    try {
      return checkPlacement(answer, view);
    } catch (error) {
      tell(doing, error, 'nonsense');
      throw error;
    }
  },
});

/** What everybody else reads is frozen: who writes to it gets one of these. */
export const troubleOf = (error: unknown): 'threw' | 'changed-shared-object' =>
  error instanceof TypeError &&
  /Cannot (assign to read only|add property|delete property|redefine property)|object is not extensible/.test(
    error.message,
  )
    ? 'changed-shared-object'
    : 'threw';
