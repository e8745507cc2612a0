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

export class RollingUpdateDeployment {
  @CountOrPercent() readonly maxUnavailable?: number | string;
  @CountOrPercent() readonly maxSurge?: number | string;
}

export class DeploymentStrategy {
  @OneOf('Recreate', 'RollingUpdate') readonly type?: string;
  @Nested(() => RollingUpdateDeployment) readonly rollingUpdate?: RollingUpdateDeployment;
}

export class DeploymentSpec {
  @Int({ min: 0 }) readonly replicas?: number;
  @Required() @Nested(() => LabelSelector) readonly selector!: LabelSelector;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
  @Nested(() => DeploymentStrategy) readonly strategy?: DeploymentStrategy;
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  @Int({ min: 0 }) readonly revisionHistoryLimit?: number;
  @Bool() readonly paused?: boolean;
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
  @Int() readonly observedGeneration?: number;
  @Int() readonly replicas?: number;
  @Int() readonly updatedReplicas?: number;
  @Int() readonly readyReplicas?: number;
  @Int() readonly availableReplicas?: number;
  @Int() readonly unavailableReplicas?: number;
  @Int() readonly terminatingReplicas?: number;
  @NestedList(() => DeploymentCondition) readonly conditions?: readonly DeploymentCondition[];
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
