// Verdict: what the command ends with. A floor that is missed, or a variant that failed, is a 1.

import type { Comparison, Measure, Run } from './comparison.ts';
import { median } from './report/statistics.ts';

export interface Miss {
  readonly workload: string;
  readonly variant: string;
  readonly measure: string;
  readonly wanted: number;
  /** NaN where there is none: who binds no pod has no throughput. */
  readonly found: number;
}

/**
 * What a floor is compared with: the median of a variant's runs that came through. One that has no value counts as the
 * worst of all. NaN: so has the middle one.
 */
export function judgedOf({ name, better }: Measure, runs: readonly Run[]): number {
  const worst = better === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const found = median(runs.flatMap(({ values, failure }) => (failure ? [] : [values[name] ?? worst])));
  return Number.isFinite(found) ? found : Number.NaN;
}

/** Whether that is what is demanded; undefined where nothing is. */
export function reaches({ floor, better }: Measure, judged: number): boolean | undefined {
  if (floor === undefined) return undefined;
  return better === 'lower' ? judged <= floor : judged >= floor;
}

/** The medians that are below (or, of what should be low, above) what is demanded. Failed runs are told as failures. */
export function missed({ workloads, variants }: Comparison): readonly Miss[] {
  return workloads.flatMap(({ name, level, measures, runs }) =>
    measures.flatMap((measure) =>
      variants.flatMap((variant) => {
        const own = runs.filter((run) => run.variant === variant && !run.failure);
        const found = judgedOf(measure, own);
        if (own.length === 0 || measure.floor === undefined || reaches(measure, found)) return [];
        return [{ workload: `${name} (${level})`, variant, measure: measure.name, wanted: measure.floor, found }];
      }),
    ),
  );
}

export function exitCodeOf(comparison: Comparison): number {
  const hasFailed = comparison.workloads.some(({ runs }) => runs.some(({ failure }) => failure));
  return hasFailed || missed(comparison).length > 0 ? 1 : 0;
}
