// Rules of Jobs that look at several fields at once, and what of a Job may change (Kubernetes, pkg/apis/batch/validation).

import { invalidValue, notSupported, type Problem, required, under } from '../causes.ts';
import { equal } from '../equal.ts';
import { dns1123Label } from '../label-rules.ts';
import { matches, selectorOf } from '../labels.ts';
import { anyTemplateProblems, labelSelectorProblems } from '../selector-rules.ts';
import type { Job, JobSpec } from './job.ts';
import { jobLabels } from './job-defaults.ts';

/** Pods of an Indexed Job that run at the same time, at most. */
const maxParallelIndexes = 100_000;

export function jobProblems({ metadata, spec }: Job): readonly Problem[] {
  if (!spec) return [];
  const problems = [...under('spec', jobSpecProblems(spec))];
  const { selector, template, completionMode, completions } = spec;
  if (!selector) problems.push(required('spec.selector'));
  else {
    labelSelectorProblems(problems, 'spec.selector', selector);
    const labels = template?.metadata?.labels ?? {};
    if (problems.length === 0 && !matches(selectorOf(selector), labels)) {
      const detail = '`selector` does not match template `labels`';
      problems.push(invalidValue('spec.template.metadata.labels', labels, detail));
    }
    // Two Jobs of one selector would count each other's pods.
    if (spec.manualSelector !== true && selector.matchLabels?.[jobLabels.uid] !== metadata.uid)
      problems.push(invalidValue('spec.selector', selector, '`selector` not auto-generated'));
  }
  if (completionMode === 'Indexed' && (completions ?? 0) > 0) {
    // Its pods' hostnames end with their index.
    const longest = `${metadata.name}-${(completions ?? 0) - 1}`;
    if (dns1123Label(longest).length > 0) {
      const detail = `will not able to create pod with invalid DNS label: ${longest}`;
      problems.push(invalidValue('metadata.name', metadata.name, detail));
    }
  }
  return problems;
}

/** What is wrong with a Job's spec, or the one in a CronJob's template. Paths start at the spec. */
export function jobSpecProblems(spec: JobSpec): readonly Problem[] {
  const problems: Problem[] = [];
  const { completions, parallelism, completionMode, backoffLimitPerIndex, maxFailedIndexes, template } = spec;
  const isIndexed = completionMode === 'Indexed';
  if (isIndexed && (completions ?? undefined) === undefined)
    problems.push(required('completions', 'when completion mode is Indexed'));
  if (isIndexed && (parallelism ?? 0) > maxParallelIndexes) {
    const detail = `must be less than or equal to ${maxParallelIndexes} when completion mode is Indexed`;
    problems.push(invalidValue('parallelism', parallelism, detail));
  }
  if (!isIndexed && typeof backoffLimitPerIndex === 'number')
    problems.push(invalidValue('backoffLimitPerIndex', backoffLimitPerIndex, 'requires indexed completion mode'));
  if (typeof maxFailedIndexes === 'number' && typeof backoffLimitPerIndex !== 'number')
    problems.push(required('backoffLimitPerIndex', 'when maxFailedIndexes is specified'));
  if (!isIndexed && spec.successPolicy)
    problems.push(invalidValue('successPolicy', spec.successPolicy, 'requires indexed completion mode'));
  if (!template) return problems;
  problems.push(...anyTemplateProblems('template', template));
  const { restartPolicy } = template.spec ?? {};
  const at = 'template.spec.restartPolicy';
  // `Always` is what the defaults make of nothing.
  if (!restartPolicy || restartPolicy === 'Always') problems.push(required(at, 'valid values: "OnFailure", "Never"'));
  else if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never')
    problems.push(notSupported(at, restartPolicy, ['OnFailure', 'Never']));
  else if (spec.podFailurePolicy && restartPolicy !== 'Never') {
    const detail = 'only "Never" is supported when podFailurePolicy is specified';
    problems.push(invalidValue(at, restartPolicy, detail));
  }
  return problems;
}

const decidedOnce = [
  'selector',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

/** What a Job runs, and which pods are its own, is decided once; how many at a time, and whether at all, is not. */
export function jobUpdateProblems(next: Job, previous: Job): readonly Problem[] {
  const now = next.spec;
  const before = previous.spec;
  const problems = [...completionsProblems(now, before)];
  const immutable = (field: string, value: unknown, was: unknown) => {
    if (!equal(value, was)) problems.push(invalidValue(`spec.${field}`, value, 'field is immutable'));
  };
  for (const field of decidedOnce) immutable(field, now[field], before[field]);
  immutable('template', comparable(now, previous), comparable(before, previous));
  return problems;
}

/** Of a Job that waits to be started, where its pods may go is still open: a queue may decide it. */
function comparable({ template }: JobSpec, { spec, status }: Job): unknown {
  if (spec.suspend !== true || status?.startTime !== undefined || !template.spec) return template;
  const { nodeSelector: _, tolerations: __, schedulingGates: ___, affinity, ...rest } = template.spec;
  const { nodeAffinity: ____, ...others } = affinity ?? {};
  return { spec: { ...rest, ...(Object.keys(others).length > 0 && { affinity: others }) } };
}

function completionsProblems(now: JobSpec, before: JobSpec): readonly Problem[] {
  if (equal(now.completions, before.completions)) return [];
  const at = 'spec.completions';
  if (before.completionMode !== 'Indexed') return [invalidValue(at, now.completions, 'field is immutable')];
  if (now.completions === now.parallelism) return [];
  return [invalidValue(at, now.completions, 'can only be modified in tandem with spec.parallelism')];
}
