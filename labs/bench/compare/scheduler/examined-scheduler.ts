// Examined scheduler: a variant's scheduler, of which nothing is believed. It says what it is asked while it is, its answers
// are looked at, and what it throws ends the run with the line that did it.

import type { ClusterView, Placement, Scheduler } from '../../../../core/contracts/scheduler.ts';
import { keyOf } from '../../../../core/model/meta.ts';
import type { Pod } from '../../../../core/model/pod.ts';
import { checkPlacement } from '../../../../core/scheduling/check-placement.ts';
import { explained, isRefusedChange } from '../faults.ts';
import { type Round, VariantFault } from '../trial.ts';

/** Who is told of what it does. */
export interface SchedulerWatcher {
  /** Needed where whoever calls `place` goes on whatever it throws. */
  fault?(fault: VariantFault): void;
  placed?(pod: Pod, node: string): void;
}

export function examined(
  inner: Scheduler,
  round: Pick<Round, 'during' | 'file'>,
  watcher: SchedulerWatcher = {},
): Scheduler {
  const fail = (fault: VariantFault): never => {
    watcher.fault?.(fault);
    throw fault;
  };
  const place = (pod: Pod, view: ClusterView): Placement => {
    const call = `place(${keyOf(pod)})`;
    round.during(call);
    let answer: unknown;
    try {
      answer = inner.place(pod, view);
    } catch (error) {
      const reason = isRefusedChange(error) ? 'changed its snapshot' : 'threw';
      return fail(new VariantFault(reason, `${call}: ${explained(error, round.file)}`));
    }
    round.during('');
    try {
      const placement = checkPlacement(answer, view);
      if ('node' in placement) watcher.placed?.(pod, placement.node);
      return placement;
    } catch (error) {
      return fail(new VariantFault('nonsense', `${call}: ${(error as Error).message}`));
    }
  };
  const { name, retryOn } = inner;
  if (typeof inner.place !== 'function' || !Array.isArray(retryOn)) {
    fail(
      new VariantFault('nonsense', 'what it provides is no Scheduler: wanted name, retryOn and place(pod, cluster)'),
    );
  }
  return { name, retryOn, place };
}
