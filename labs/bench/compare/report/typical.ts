// Typical: one run that stands for all runs of a variant, for pictures that can show one run only: the one whose first
// measure is nearest to the median.

import type { NodeLoad, Run, WorkloadResult } from '../comparison.ts';
import { median } from './statistics.ts';

/** Undefined when every run failed. */
export function typicalRun({ measures, runs }: WorkloadResult, variant: string): Run | undefined {
  const sound = runs.filter((run) => run.variant === variant && !run.failure);
  const valueOf = ({ values }: Run) => values[measures[0]?.name ?? ''] ?? 0;
  const middle = median(sound.map(valueOf));
  const off = (run: Run) => Math.abs(valueOf(run) - middle);
  return sound.reduce<Run | undefined>((best, run) => (best && off(best) <= off(run) ? best : run), undefined);
}

/** Nodes as a variant has left them: of its typical run, or of the first that tells of them. Variants without are left out. */
export function nodesByVariant(
  workload: WorkloadResult,
  variants: readonly string[],
): Map<string, readonly NodeLoad[]> {
  return new Map(
    variants.flatMap((variant) => {
      const runs = [typicalRun(workload, variant), ...workload.runs.filter((run) => run.variant === variant)];
      const nodes = runs.find((run) => run?.nodes && run.nodes.length > 0)?.nodes;
      return nodes ? [[variant, nodes] as const] : [];
    }),
  );
}

/** How full a node is: of CPU and memory the one that is asked for more, 0 to 1. */
export const loadOf = ({ cpu, memory }: NodeLoad): number => Math.max(cpu, memory);
