// ReplicationController: ReplicaSet's ancestor, with equality-based selectors only.

import { ageColumn, containerColumns, formatLabels, integers, nameColumn } from './columns.ts';
import { Int, Labels } from './field-rules.ts';
import { formatSelector, selectorOfMap } from './labels.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { PodTemplateSpec } from './pod-template.ts';
import { ReplicaStatus } from './replica-status.ts';
import { defaultReplicationController, replicationControllerProblems } from './replication-controller-rules.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, Required } from './rules.ts';

export class ReplicationControllerSpec {
  @Int({ min: 0 }) readonly replicas?: number;
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  @Labels() readonly selector?: StringMap;
  @Nested(() => PodTemplateSpec) readonly template?: PodTemplateSpec;
}

export class ReplicationController extends KubeObjectBase {
  @Required() @Nested(() => ReplicationControllerSpec) readonly spec!: ReplicationControllerSpec;
  @Nested(() => ReplicaStatus) readonly status?: ReplicaStatus;
}

export const ReplicationControllers: Resource<ReplicationController> = resource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  hasStatus: true,
  storageName: 'controllers',
  namespaced: true,
  type: ReplicationController,
  columns: [
    nameColumn(),
    integers('Desired', ({ spec }) => spec.replicas ?? 0),
    integers('Current', ({ status }) => status?.replicas ?? 0),
    integers('Ready', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn(),
    ...containerColumns<ReplicationController>(({ spec }) => formatLabels(spec.selector)),
  ],
  fields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOfMap(spec.selector)),
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  },
  default: defaultReplicationController,
  prepareForCreate: (controller) => ({ ...controller, status: { replicas: 0 } }),
  validate: replicationControllerProblems,
});
