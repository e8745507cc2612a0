// DaemonSet: one pod on every node that may have it: agents that belong to the node itself.

import { ageColumn, containerColumns, formatLabels, integers, nameColumn } from '../columns.ts';
import { CountOrPercent, Int, OneOf } from '../field-rules.ts';
import { LabelSelector } from '../label-selector.ts';
import { formatSelector, selectorOf } from '../labels.ts';
import { KubeObjectBase } from '../object.ts';
import { PodTemplateSpec } from '../pod-template.ts';
import { ReplicaCondition } from '../replica-status.ts';
import { type Resource, resource } from '../resource.ts';
import { Nested, NestedList, Required } from '../rules.ts';
import { bearDaemonSet, daemonSetProblems, defaultDaemonSet, nextDaemonSet } from './daemon-set-rules.ts';

/** How many nodes at a time. Either a node is without a pod for a moment, or it has two: one of both is not 0. */
export class RollingUpdateDaemonSet {
  /** Nodes without an available pod, at most; of shares, rounded up. */
  @CountOrPercent() readonly maxUnavailable?: number | string;
  /** Nodes with an old and a new pod, at most; of shares, rounded up. */
  @CountOrPercent() readonly maxSurge?: number | string;
}

export class DaemonSetUpdateStrategy {
  /** `OnDelete`: a node gets the new pod when somebody deletes the old one. */
  @OneOf('OnDelete', 'RollingUpdate') readonly type?: string;
  @Nested(() => RollingUpdateDaemonSet) readonly rollingUpdate?: RollingUpdateDaemonSet;
}

export class DaemonSetSpec {
  /** Which pods are its own. Decided at birth; must match the template's labels. */
  @Required() @Nested(() => LabelSelector) readonly selector!: LabelSelector;
  @Required() @Nested(() => PodTemplateSpec) readonly template!: PodTemplateSpec;
  @Nested(() => DaemonSetUpdateStrategy) readonly updateStrategy?: DaemonSetUpdateStrategy;
  /** How long a pod must be ready to count as available. */
  @Int({ min: 0 }) readonly minReadySeconds?: number;
  /** How many old templates are kept for `rollout undo`. */
  @Int({ min: 0 }) readonly revisionHistoryLimit?: number;
}

export class DaemonSetStatus {
  /** Nodes that should have a pod and have one. */
  @Int() readonly currentNumberScheduled!: number;
  /** Nodes that have a pod and should not. */
  @Int() readonly numberMisscheduled!: number;
  @Int() readonly desiredNumberScheduled!: number;
  @Int() readonly numberReady!: number;
  @Int() readonly observedGeneration?: number;
  @Int() readonly updatedNumberScheduled?: number;
  @Int() readonly numberAvailable?: number;
  @Int() readonly numberUnavailable?: number;
  /** How often the name of a new revision was taken by another. */
  @Int() readonly collisionCount?: number;
  @NestedList(() => ReplicaCondition) readonly conditions?: readonly ReplicaCondition[];
}

export class DaemonSet extends KubeObjectBase {
  @Required() @Nested(() => DaemonSetSpec) readonly spec!: DaemonSetSpec;
  @Nested(() => DaemonSetStatus) readonly status?: DaemonSetStatus;
}

export const DaemonSets: Resource<DaemonSet> = resource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: DaemonSet,
  columns: [
    nameColumn(),
    integers('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integers('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
    integers('Ready', ({ status }) => status?.numberReady ?? 0),
    integers('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integers('Available', ({ status }) => status?.numberAvailable ?? 0),
    {
      name: 'Node Selector',
      type: 'string',
      description: 'Labels of the nodes that it is for.',
      cell: ({ spec }) => formatLabels(spec.template?.spec?.nodeSelector),
    },
    ageColumn(),
    ...containerColumns<DaemonSet>(({ spec }) => formatSelector(selectorOf(spec.selector))),
  ],
  default: defaultDaemonSet,
  prepareForCreate: bearDaemonSet,
  prepareForUpdate: nextDaemonSet,
  ...daemonSetProblems,
});
