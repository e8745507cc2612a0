// Verdict: what the command ends with. A floor that is missed, or a variant that failed, is a 1.

import type { Comparison } from './comparison.ts';
import { median } from './report/statistics.ts';

export interface Miss {
  readonly workload: string;
  readonly variant: string;
  readonly measure: string;
  readonly wanted: number;
  /** NaN where no run came through. */
  readonly found: number;
}

/** The medians that are below (or, of what should be low, above) what is demanded. */
export function missed({ workloads, variants }: Comparison): readonly Miss[] {
  return workloads.flatMap(({ name, level, measures, runs }) =>
    measures.flatMap(({ name: measure, better, floor }) => {
      if (floor === undefined) return [];
      return variants.flatMap((variant) => {
        const values = runs.flatMap((run) => (run.variant === variant ? (run.values[measure] ?? []) : []));
        if (values.length === 0) return [];
        const found = median(values);
        const isReached = better === 'lower' ? found <= floor : found >= floor;
        return isReached ? [] : [{ workload: `${name} (${level})`, variant, measure, wanted: floor, found }];
      });
    }),
  );
}

export function exitCodeOf(comparison: Comparison): number {
  const hasFailed = comparison.workloads.some(({ runs }) => runs.some(({ failure }) => failure));
  return hasFailed || missed(comparison).length > 0 ? 1 : 0;
}
