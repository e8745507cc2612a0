// Defaults of Jobs, and what the server adds to a new one: labels by which its pods are known, and the selector of them
// (Kubernetes, pkg/apis/batch/v1/defaults.go and pkg/registry/batch/job/strategy.go).

import { fill, ifObject, within } from '../defaults.ts';
import type { StringMap } from '../meta.ts';
import { defaultTemplate } from '../pod-defaults.ts';
import { revise } from '../revise.ts';
import type { Job, JobSpec } from './job.ts';

/** On pods: which Job made them. The ones without a prefix are older; Kubernetes keeps both. */
export const jobLabels = {
  uid: 'batch.kubernetes.io/controller-uid',
  name: 'batch.kubernetes.io/job-name',
  oldUid: 'controller-uid',
  oldName: 'job-name',
} as const;

/** More failures than anybody waits for. */
const never = 2_147_483_647;

export const defaultJobSpec = ifObject((given: JobSpec): JobSpec => {
  const { completions, parallelism, backoffLimitPerIndex, podFailurePolicy } = given;
  const saysNothing = (completions ?? undefined) === undefined && (parallelism ?? undefined) === undefined;
  const spec = fill(given, {
    parallelism: 1,
    completions: saysNothing ? 1 : undefined,
    backoffLimit: (backoffLimitPerIndex ?? undefined) === undefined ? 6 : never,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
  });
  return within(spec, 'template', defaultTemplate);
});

export function defaultJob(given: Job): Job {
  const job = within(given, 'spec', defaultJobSpec);
  const labels = job.spec?.template?.metadata?.labels;
  const isBare = Object.keys(job.metadata.labels ?? {}).length === 0;
  if (!isBare || !labels || Object.keys(labels).length === 0) return job;
  return revise(job, { metadata: revise(job.metadata, { labels }) });
}

/** A new Job: no status, and a selector of its own unless it brings one. */
export function bearJob(given: Job): Job {
  const job: Job = { ...given, status: {} };
  const { spec } = job;
  if (!spec?.template || spec.manualSelector === true) return job;
  const { uid, name } = job.metadata;
  const { metadata } = spec.template;
  const own = {
    [jobLabels.uid]: uid,
    [jobLabels.name]: name,
    [jobLabels.oldUid]: uid,
    [jobLabels.oldName]: name,
  };
  const labels: StringMap = { ...metadata?.labels, ...own };
  const selector = { ...spec.selector };
  return {
    ...job,
    spec: {
      ...spec,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [jobLabels.uid]: uid } },
      template: { ...spec.template, metadata: { ...metadata, labels } },
    },
  };
}
