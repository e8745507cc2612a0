// ReplicaSet: keeps a number of equal pods alive.

import { ageColumn, containerColumns, integers, nameColumn } from './columns.ts';
import { fill, ifObject, within } from './defaults.ts';
import { Int } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import { formatSelector, selectorOf } from './labels.ts';
import { KubeObjectBase } from './object.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { PodTemplateSpec } from './pod-template.ts';
import { ReplicaStatus } from './replica-status.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, Required } from './rules.ts';
import { selectorUpdateProblems, workloadProblems } from './selector-rules.ts';

export class ReplicaSetSpec {
  @Int({ min: 0 }) readonly replicas?: number;
  /** How long a pod must be ready to count as available. */
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  /** Which pods are its own. Decided at birth; must match the template's labels. */
  @Required() @Nested(() => LabelSelector) readonly selector!: LabelSelector;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
}

export class ReplicaSetStatus extends ReplicaStatus {
  @Int() readonly terminatingReplicas?: number;
}

export class ReplicaSet extends KubeObjectBase {
  @Required() @Nested(() => ReplicaSetSpec) readonly spec!: ReplicaSetSpec;
  @Nested(() => ReplicaSetStatus) readonly status?: ReplicaSetStatus;
}

export const ReplicaSets: Resource<ReplicaSet> = resource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: ReplicaSet,
  columns: [
    nameColumn(),
    integers('Desired', ({ spec }) => spec.replicas ?? 0),
    integers('Current', ({ status }) => status?.replicas ?? 0),
    integers('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn(),
    ...containerColumns<ReplicaSet>(({ spec }) => formatSelector(selectorOf(spec.selector))),
  ],
  fields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector)),
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  },
  default: (set) =>
    within(
      set,
      'spec',
      ifObject((spec) => within(fill(spec, { replicas: 1 }), 'template', defaultTemplate)),
    ),
  prepareForCreate: (set) => ({ ...set, status: { replicas: 0 } }),
  validate: ({ spec }) => (spec ? workloadProblems('replicaset', spec) : []),
  validateUpdate: selectorUpdateProblems,
});
