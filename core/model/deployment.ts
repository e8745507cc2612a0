// Deployment: moves a set of pods from one template to the next, a few at a time.

import { ageColumn, column, containerColumns, integers, nameColumn } from './columns.ts';
import { defaultDeployment } from './deployment-defaults.ts';
import { deploymentProblems } from './deployment-rules.ts';
import { CountOrPercent, Int, OneOf } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { formatSelector, selectorOf } from './labels.ts';
import { KubeObjectBase } from './object.ts';
import { PodTemplateSpec } from './pod-template.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Nested, NestedList, Required, Text, Time } from './rules.ts';
import { selectorUpdateProblems } from './selector-rules.ts';

/** How far a rollout may stray from the wanted number: counts, or shares of it (`25%`). */
export class RollingUpdateDeployment {
  /** Fewer at most. Shares are rounded down. */
  @CountOrPercent() readonly maxUnavailable?: number | string;
  /** More at most. Shares are rounded up. */
  @CountOrPercent() readonly maxSurge?: number | string;
}

export class DeploymentStrategy {
  @OneOf('Recreate', 'RollingUpdate') readonly type?: string;
  @Nested(() => RollingUpdateDeployment) readonly rollingUpdate?: RollingUpdateDeployment;
}

export class DeploymentSpec {
  @Int({ min: 0 }) readonly replicas?: number;
  /** Which pods are its own. Decided at birth; must match the template's labels. */
  @Required() @Nested(() => LabelSelector) readonly selector!: LabelSelector;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
  @Nested(() => DeploymentStrategy) readonly strategy?: DeploymentStrategy;
  /** How long a pod must be ready to count as available. */
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  /** How many old ReplicaSets are kept for `rollout undo`. */
  @Int({ min: 0 }) readonly revisionHistoryLimit?: number;
  @Bool() readonly paused?: boolean;
  /** Without progress for so long, the rollout counts as stuck. */
  @Int({ min: 0 }) readonly progressDeadlineSeconds?: number;
}

export class DeploymentCondition {
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastUpdateTime?: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class DeploymentStatus {
  /** The generation of the spec that this status speaks of. */
  @Int() readonly observedGeneration?: number;
  @Int() readonly replicas?: number;
  @Int() readonly updatedReplicas?: number;
  @Int() readonly readyReplicas?: number;
  @Int() readonly availableReplicas?: number;
  @Int() readonly unavailableReplicas?: number;
  @Int() readonly terminatingReplicas?: number;
  @NestedList(() => DeploymentCondition) readonly conditions?: readonly DeploymentCondition[];
  /** How often the name of a new ReplicaSet was taken by another. */
  @Int() readonly collisionCount?: number;
}

export class Deployment extends KubeObjectBase {
  @Required() @Nested(() => DeploymentSpec) readonly spec!: DeploymentSpec;
  @Nested(() => DeploymentStatus) readonly status?: DeploymentStatus;
}

export const Deployments: Resource<Deployment> = resource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: Deployment,
  columns: [
    nameColumn(),
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    integers('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
    integers('Available', ({ status }) => status?.availableReplicas ?? 0),
    ageColumn(),
    ...containerColumns<Deployment>(({ spec }) => formatSelector(selectorOf(spec.selector))),
  ],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector)),
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  },
  default: defaultDeployment,
  prepareForCreate: (deployment) => ({ ...deployment, status: {} }),
  validate: deploymentProblems,
  validateUpdate: selectorUpdateProblems,
});
