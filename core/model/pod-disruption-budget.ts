// PodDisruptionBudget: how many of the pods that it selects must stay up when somebody takes pods away on purpose: a drained
// node, an eviction, preemption. The disruption controller counts and writes into the status how many may go now; the
// eviction subresource asks it, and takes one off.

import { ageColumn, column, integers, nameColumn } from './columns.ts';
import { Condition } from './condition.ts';
import { CountOrPercent, Int, OneOf } from './field-rules.ts';
import { LabelSelector } from './label-selector.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { budgetProblems } from './pod-disruption-budget-rules.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, NestedList, TextMap } from './rules.ts';

export class PodDisruptionBudgetSpec {
  /** So many of them, or such a share of the wanted number (`50%`), must be Ready after an eviction. */
  @CountOrPercent() readonly minAvailable?: number | string;
  /** So many of the wanted number, or such a share of it, may be missing after an eviction. One of the two, not both. */
  @CountOrPercent() readonly maxUnavailable?: number | string;
  /** Which pods. None: no pod; an empty one: all of the namespace. */
  @Nested(() => LabelSelector) readonly selector?: LabelSelector;
  /** Pods that run and are not Ready: may they go only while the others suffice (IfHealthyBudget, the default), or always? */
  @OneOf('AlwaysAllow', 'IfHealthyBudget') readonly unhealthyPodEvictionPolicy?: string;
}

export class PodDisruptionBudgetStatus {
  /** The generation of the spec that this status speaks of. */
  @Int() readonly observedGeneration?: number;
  /** Pods whose eviction was allowed and that are not seen going yet -> since when. */
  @TextMap() readonly disruptedPods?: StringMap;
  /** How many pods may be evicted now. */
  @Int({ min: 0 }) readonly disruptionsAllowed!: number;
  @Int({ min: 0 }) readonly currentHealthy!: number;
  @Int({ min: 0 }) readonly desiredHealthy!: number;
  /** How many there ought to be: the pods, or what their controllers want. */
  @Int({ min: 0 }) readonly expectedPods!: number;
  @NestedList(() => Condition) readonly conditions?: readonly Condition[];
}

export class PodDisruptionBudget extends KubeObjectBase {
  @Nested(() => PodDisruptionBudgetSpec) readonly spec?: PodDisruptionBudgetSpec;
  @Nested(() => PodDisruptionBudgetStatus) readonly status?: PodDisruptionBudgetStatus;
}

export const PodDisruptionBudgets: Resource<PodDisruptionBudget> = resource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  hasStatus: true,
  type: PodDisruptionBudget,
  columns: [
    nameColumn(),
    column(
      'Min Available',
      ({ spec }) => amount(spec?.minAvailable),
      'The minimum number of pods that must be available.',
    ),
    column(
      'Max Unavailable',
      ({ spec }) => amount(spec?.maxUnavailable),
      'The maximum number of pods that may be unavailable.',
    ),
    integers(
      'Allowed Disruptions',
      ({ status }) => status?.disruptionsAllowed ?? 0,
      'Calculated number of pods that may be disrupted at this time.',
    ),
    ageColumn(),
  ],
  prepareForCreate: (budget) => ({
    ...budget,
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  validate: budgetProblems,
});

const amount = (of: number | string | undefined): string => (of === undefined || of === null ? 'N/A' : String(of));
