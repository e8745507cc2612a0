// The pod of a Job: the template, a finalizer by which it is counted, and, of an Indexed Job, its number: in an annotation,
// a label, the hostname, and the variable JOB_COMPLETION_INDEX.
// In Kubernetes: pkg/controller/job/job_controller.go (manageJob) and indexed_job_utils.go.

import { podFrom } from '../../core/control/pods.ts';
import type { Container } from '../../core/model/container.ts';
import type { Job } from '../../core/model/job/job.ts';
import type { Draft } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import { failureCountKey, isLimited, trackingFinalizer } from './counting.ts';
import { indexKey } from './indexes.ts';

/**
 * @param index of an Indexed Job only
 * @param failures how often it has failed before
 */
export function podOf(job: Job, index: number | undefined, failures: number): Draft<Pod> {
  const draft = podFrom(job.spec.template, job);
  const metadata = { ...draft.metadata, finalizers: [...(draft.metadata.finalizers ?? []), trackingFinalizer] };
  if (index === undefined) return { ...draft, metadata };
  const { spec } = draft;
  const hostname = `${job.metadata.name}-${index}`;
  return {
    ...draft,
    metadata: {
      ...metadata,
      generateName: `${hostname}-`,
      annotations: {
        ...metadata.annotations,
        [indexKey]: String(index),
        ...(isLimited(job) && { [failureCountKey]: String(failures) }),
      },
      labels: { ...metadata.labels, [indexKey]: String(index) },
    },
    spec: {
      ...spec,
      hostname,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndex) }),
    },
  };
}

const name = 'JOB_COMPLETION_INDEX';
const variable = { name, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } } };

/** Who sets the variable itself knows why. */
const withIndex = (container: Container): Container =>
  container.env?.some((one) => one.name === name) === true
    ? container
    : { ...container, env: [...(container.env ?? []), variable] };
