// Job: pods that are to end. It wants a number of them to succeed (completions), runs so many at the same time
// (parallelism), tries again when one fails (backoffLimit), and is Complete or Failed then, for good.

import { Int, IntList, OneOf } from '../field-rules.ts';
import { LabelSelector } from '../label-selector.ts';
import { KubeObjectBase } from '../object.ts';
import { PodTemplateSpec } from '../pod-template.ts';
import { type Resource, resource } from '../resource.ts';
import { Bool, Nested, NestedList, Required, Text, TextList, Time } from '../rules.ts';
import { jobColumns } from './job-columns.ts';
import { bearJob, defaultJob } from './job-defaults.ts';
import { jobProblems, jobUpdateProblems } from './job-rules.ts';

/** When a Job is done although not all its indexes are: by which of them, or how many, succeeded. */
export class SuccessPolicyRule {
  @Text() readonly succeededIndexes?: string;
  @Int({ min: 1 }) readonly succeededCount?: number;
}

export class SuccessPolicy {
  @Required() @NestedList(() => SuccessPolicyRule) readonly rules!: readonly SuccessPolicyRule[];
}

export class PodFailurePolicyOnExitCodesRequirement {
  /** Absent: any container. */
  @Text() readonly containerName?: string;
  @Required() @OneOf('In', 'NotIn') readonly operator!: string;
  @Required() @IntList() readonly values!: readonly number[];
}

export class PodFailurePolicyOnPodConditionsPattern {
  @Required() @Text() readonly type!: string;
  /** `True` unless told. */
  @Text() readonly status?: string;
}

export class PodFailurePolicyRule {
  @Required() @OneOf('Count', 'FailIndex', 'FailJob', 'Ignore') readonly action!: string;
  @Nested(() => PodFailurePolicyOnExitCodesRequirement) readonly onExitCodes?: PodFailurePolicyOnExitCodesRequirement;
  @NestedList(() => PodFailurePolicyOnPodConditionsPattern)
  readonly onPodConditions?: readonly PodFailurePolicyOnPodConditionsPattern[];
}

/** What a pod's failure means: the first rule that it matches says so; none: it counts. */
export class PodFailurePolicy {
  @Required() @NestedList(() => PodFailurePolicyRule) readonly rules!: readonly PodFailurePolicyRule[];
}

export class JobSpec {
  /** Pods that run at the same time, at most. */
  @Int({ min: 0 }) readonly parallelism?: number;
  /** Pods that have to succeed. Absent: the success of one says that the work is done. */
  @Int({ min: 0 }) readonly completions?: number;
  /** Seconds after which it has failed, whatever its pods do. */
  @Int({ min: 0 }) readonly activeDeadlineSeconds?: number;
  /** Failures after which it has failed. */
  @Int({ min: 0 }) readonly backoffLimit?: number;
  /** Failures of one number after which it has failed; the others go on. */
  @Int({ min: 0 }) readonly backoffLimitPerIndex?: number;
  /** Failed numbers after which the Job has failed at once. Absent: the others are run first. */
  @Int({ min: 0 }) readonly maxFailedIndexes?: number;
  @Nested(() => PodFailurePolicy) readonly podFailurePolicy?: PodFailurePolicy;
  @Nested(() => SuccessPolicy) readonly successPolicy?: SuccessPolicy;
  /** Which pods are its own. Made by the server, unless `manualSelector`. */
  @Nested(() => LabelSelector) readonly selector?: LabelSelector;
  @Bool() readonly manualSelector?: boolean;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
  /** Seconds after its end until it is deleted. Absent: it stays. */
  @Int({ min: 0 }) readonly ttlSecondsAfterFinished?: number;
  /** `Indexed`: each pod has a number of its own, and each number has to succeed once. */
  @OneOf('Indexed', 'NonIndexed') readonly completionMode?: string;
  /** While true, no pod runs. */
  @Bool() readonly suspend?: boolean;
  /** When a pod is replaced: once it terminates, or only when it has ended. */
  @OneOf('Failed', 'TerminatingOrFailed') readonly podReplacementPolicy?: string;
  @Text() readonly managedBy?: string;
}

export class JobCondition {
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastProbeTime?: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

/** Pods that have ended, whose finalizer is about to go, and that the numbers do not count yet: by uid. */
export class UncountedTerminatedPods {
  @TextList() readonly succeeded?: readonly string[];
  @TextList() readonly failed?: readonly string[];
}

export class JobStatus {
  @NestedList(() => JobCondition) readonly conditions?: readonly JobCondition[];
  @Time() readonly startTime?: string;
  /** When it was Complete. A Job that failed has none. */
  @Time() readonly completionTime?: string;
  @Int() readonly active?: number;
  @Int() readonly ready?: number;
  @Int() readonly terminating?: number;
  @Int() readonly succeeded?: number;
  @Int() readonly failed?: number;
  /** `0,2-4` */
  @Text() readonly completedIndexes?: string;
  @Text() readonly failedIndexes?: string;
  @Nested(() => UncountedTerminatedPods) readonly uncountedTerminatedPods?: UncountedTerminatedPods;
}

export class Job extends KubeObjectBase {
  @Required() @Nested(() => JobSpec) readonly spec!: JobSpec;
  @Nested(() => JobStatus) readonly status?: JobStatus;
}

export const Jobs: Resource<Job> = resource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: Job,
  columns: jobColumns,
  fields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  default: defaultJob,
  prepareForCreate: bearJob,
  validate: jobProblems,
  validateUpdate: jobUpdateProblems,
});
