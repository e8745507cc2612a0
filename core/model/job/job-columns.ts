// What `kubectl get jobs` shows (Kubernetes, printJob).

import { humanDuration } from '../ages.ts';
import { ageColumn, column, containerColumns, nameColumn } from '../columns.ts';
import { isTrue } from '../conditions.ts';
import { formatSelector, selectorOf } from '../labels.ts';
import type { Column } from '../resource.ts';
import type { Job } from './job.ts';

/** One word for how it stands. */
export function jobState({ metadata, status }: Job): string {
  const is = (type: string) => isTrue(status?.conditions, type);
  if (is('Complete')) return 'Complete';
  if (is('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(is) ?? 'Running';
}

function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if ((spec.completions ?? undefined) !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function duration({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export const jobColumns: readonly Column<Job>[] = [
  nameColumn(),
  column('Status', jobState, 'Status of the job.'),
  column('Completions', completions, 'How many pods have succeeded, of how many.'),
  column('Duration', duration, 'Time it ran, or runs.'),
  ageColumn(),
  ...containerColumns<Job>(({ spec }) => formatSelector(selectorOf(spec.selector))),
];
