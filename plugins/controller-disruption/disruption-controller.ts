// DisruptionController: counts for each PodDisruptionBudget how many of its pods are Ready, how many have to be, and so how
// many may be taken away now. The eviction subresource and preemption read it from the status.
//
//   expected   the pods, or what their controllers want (scales.ts)
//   desired    how many of these must be Ready: minAvailable, or what maxUnavailable leaves
//   current    how many are, without those that go or whose eviction was just allowed
//   allowed    current - desired, not less than 0; and 0 while there are no pods
//
// Always true: the status is written onto the state that it was counted from, or not at all: an eviction that was allowed
// in between is never forgotten. When it cannot be counted, no pod may go, and the condition says why.
// In Kubernetes: pkg/controller/disruption.

import type { ApiClient } from '../../core/contracts/api-client.ts';
import { type Clock, timestamp } from '../../core/contracts/clock.ts';
import {
  again,
  type Controller,
  done,
  type Informer,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import type { EventRecorder } from '../../core/control/event-recorder.ts';
import { from, itself, sides, whoeverSelects } from '../../core/control/sources.ts';
import { isTrue } from '../../core/model/conditions.ts';
import { withDisruptionAllowed, withSyncFailed } from '../../core/model/disruption-allowed.ts';
import { equal } from '../../core/model/equal.ts';
import { formatSelector, matches, selectorOf } from '../../core/model/labels.ts';
import type { KubeObject, StringMap } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import {
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  PodDisruptionBudgets,
} from '../../core/model/pod-disruption-budget.ts';
import type { PodTemplateSpec } from '../../core/model/pod-template.ts';
import { disruptedPodsOf } from './disrupted-pods.ts';
import { countPods, Scales, Uncountable } from './scales.ts';

export interface DisruptionControllerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly recorder: Pick<EventRecorder, 'event'> & Partial<Pick<EventRecorder, 'stop'>>;
}

export class DisruptionController implements Controller {
  readonly name = 'disruption';
  readonly #options: DisruptionControllerOptions;
  #budgets!: Informer<PodDisruptionBudget>;
  #pods!: Informer<Pod>;
  #scales!: Scales;

  constructor(options: DisruptionControllerOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    this.#budgets = informers.of(PodDisruptionBudgets);
    this.#pods = informers.of(Pods);
    this.#scales = new Scales(informers);
    return [
      from(this.#budgets, itself),
      from(this.#pods, whoeverSelects(this.#budgets, selects)),
      // In real Kubernetes a change of a workload's size is seen by its pods alone.
      ...this.#scales.informers.map((informer) => from(informer, (change) => this.#keysOf(sides(change)))),
    ];
  }

  async reconcile(key: string): Promise<Result> {
    const budget = this.#budgets.get(key);
    if (!budget) return done;
    const pods = this.#pods
      .inNamespace(budget.metadata.namespace ?? '')
      .filter(({ metadata }) => selects(budget, metadata.labels ?? {}));
    if (pods.length === 0) this.#tell(budget, 'Normal', 'NoPods', 'No matching pods found');
    try {
      return await this.#count(budget, pods);
    } catch (error) {
      if (!(error instanceof Uncountable)) throw error;
      const why = `Failed to calculate the number of expected pods: ${error.message}`;
      this.#tell(budget, 'Warning', 'CalculateExpectedPodCountFailed', why);
      await this.#write(budget, withSyncFailed(budget.status ?? nothingCounted, error.message, this.#now));
      return done;
    }
  }

  async stop(): Promise<void> {
    await this.#options.recorder.stop?.();
  }

  async #count(budget: PodDisruptionBudget, pods: readonly Pod[]): Promise<Result> {
    const { expected, desired, unmanaged } = countPods(budget, pods, this.#scales);
    if (unmanaged.length > 0) this.#tell(budget, 'Warning', 'UnmanagedPods', unmanagedText(budget));
    const { disrupted, late, recheckAfter } = disruptedPodsOf(budget, pods, this.#options.clock.now());
    const { namespace, name } = budget.metadata;
    for (const pod of late) {
      const text = `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`;
      this.#options.recorder.event(pod, 'Warning', 'NotDeleted', text);
    }
    const isHealthy = ({ metadata, status }: Pod) =>
      metadata.deletionTimestamp === undefined &&
      !Object.hasOwn(disrupted, metadata.name) &&
      isTrue(status?.conditions, 'Ready');
    const current = pods.filter(isHealthy).length;
    const standing = budget.status ?? nothingCounted;
    await this.#write(
      budget,
      withDisruptionAllowed(
        {
          ...(budget.metadata.generation !== undefined && { observedGeneration: budget.metadata.generation }),
          ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
          disruptionsAllowed: expected > 0 ? Math.max(0, current - desired) : 0,
          currentHealthy: current,
          desiredHealthy: desired,
          expectedPods: expected,
          ...(standing.conditions && { conditions: standing.conditions }),
        },
        this.#now,
      ),
    );
    return recheckAfter === undefined ? done : again(recheckAfter);
  }

  /** @throws ApiError 409 when the budget is not what it was: the next look counts anew */
  async #write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Promise<void> {
    if (equal(budget.status, status)) return;
    const budgets = this.#options.client.of(PodDisruptionBudgets).in(budget.metadata.namespace ?? '');
    await budgets.status.update({ ...budget, status });
  }

  #keysOf(workloads: readonly Workload[]): string[] {
    return workloads.flatMap(({ metadata, spec }) => {
      const { namespace = '' } = metadata;
      const labels = spec?.template?.metadata?.labels ?? {};
      const budgets = this.#budgets.inNamespace(namespace).filter((budget) => selects(budget, labels));
      return budgets.map((budget) => `${namespace}/${budget.metadata.name}`);
    });
  }

  #tell(budget: PodDisruptionBudget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#options.recorder.event(budget, type, reason, message);
  }

  get #now(): string {
    return timestamp(this.#options.clock);
  }
}

type Workload = KubeObject & { readonly spec?: { readonly template?: PodTemplateSpec } };

const nothingCounted: PodDisruptionBudgetStatus = {
  disruptionsAllowed: 0,
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
};

const selects = ({ spec }: PodDisruptionBudget, labels: StringMap): boolean =>
  matches(selectorOf(spec?.selector), labels);

const unmanagedText = ({ spec }: PodDisruptionBudget): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${formatSelector(selectorOf(spec?.selector))}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
