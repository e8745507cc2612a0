// Workload steps: a test case's operations with the parameters of one workload filled in. Here counts are looked at: whether
// they are known, whole, and possible; and templates, whether they are there and of the kind that is needed.

import { mostNodes } from '../../../../core/cluster/cluster-file.ts';
import { nearest } from '../../../../core/cluster/nearest.ts';
import type { KubeObject } from '../../../../core/model/meta.ts';
import type { Namespace } from '../../../../core/model/namespace.ts';
import type { Node } from '../../../../core/model/node.ts';
import type { Pod } from '../../../../core/model/pod.ts';
import type { Templates } from './templates.ts';
import type { Step } from './workload.ts';
import type {
  Barrier,
  Churn,
  Counted,
  CreateAny,
  CreateNamespaces,
  CreateNodes,
  CreatePodSets,
  CreatePods,
  DeletePods,
  Operation,
  Sleep,
  StartCollectingMetrics,
  TestCase,
} from './workload-rules.ts';

/** A workload's parameters. */
export type Amounts = ReadonlyMap<string, unknown>;

/** A step and the number of the operation that it comes from. */
export interface PlacedStep {
  readonly step: Step;
  readonly operation: number;
}

export interface StepReading {
  readonly templates: Templates;
  readonly problems: string[];
  /** Where something of the test case is: `mine.yaml:7`. */
  line(...path: (string | number)[]): string;
  /** The workload, for messages. */
  readonly what: string;
}

/** As in Kubernetes' largest clusters, and a little more. */
const mostPods = 200_000;
const mostNamespaces = 10_000;
/** A year. */
const longestSleep = 31_536_000_000;

export function stepsOf(testCase: TestCase, amounts: Amounts, reading: StepReading): PlacedStep[] {
  const steps = testCase.workloadTemplate.flatMap((operation, index) =>
    new StepReader(testCase, amounts, reading, index)
      .read(operation as Operation)
      .map((step) => ({ step, operation: index })),
  );
  const sum = (what: Step['do']) =>
    steps.reduce((all, { step }) => (step.do === what && 'count' in step ? all + step.count : all), 0);
  const { problems, line, what } = reading;
  for (const [made, most, name] of [
    [sum('createNodes'), mostNodes, 'nodes'],
    [sum('createPods'), mostPods, 'pods'],
  ] as const) {
    if (made > most)
      problems.push(
        `${line('workloadTemplate')}: ${what}: ${made} ${name} in all; ${most} are the most that there may be`,
      );
  }
  return steps;
}

class StepReader {
  readonly #case: TestCase;
  readonly #amounts: Amounts;
  readonly #reading: StepReading;
  readonly #index: number;

  constructor(testCase: TestCase, amounts: Amounts, reading: StepReading, index: number) {
    this.#case = testCase;
    this.#amounts = amounts;
    this.#reading = reading;
    this.#index = index;
  }

  read(operation: Operation): Step[] {
    switch (operation.opcode) {
      case 'createNodes':
        return this.#createNodes(operation as CreateNodes);
      case 'createNamespaces': {
        const { prefix, namespaceTemplatePath } = operation as CreateNamespaces;
        const count = this.#count(operation as CreateNamespaces, mostNamespaces);
        const template = this.#template(namespaceTemplatePath ?? 'templates/namespace-default.yaml', 'Namespace');
        return template ? [{ do: 'createNamespaces', count, prefix, template: template as Namespace }] : [];
      }
      case 'createPods': {
        const { namespace = `namespace-${this.#index}` } = operation as CreatePods;
        return this.#createPods(operation as CreatePods, [namespace]);
      }
      case 'createPodSets': {
        const { namespacePrefix, createPodsOp } = operation as CreatePodSets;
        const sets = this.#count(operation as CreatePodSets, mostNamespaces);
        return this.#createPods(
          createPodsOp,
          Array.from({ length: sets }, (_, at) => `${namespacePrefix}-${at}`),
        );
      }
      case 'createAny': {
        const { templatePath, namespace } = operation as CreateAny;
        const template = this.#template(templatePath);
        const counted = operation as CreateAny;
        const isCounted = counted.count !== undefined || counted.countParam !== undefined;
        const count = isCounted ? this.#count(counted, mostPods) : 1;
        return template ? [{ do: 'createAny', count, namespace, template }] : [];
      }
      case 'deletePods': {
        const { namespace, labelSelector, deletePodsPerSecond, skipWaitToCompletion } = operation as DeletePods;
        const choice = { namespaces: [namespace], ...(labelSelector && { labels: labelSelector }) };
        const rate = deletePodsPerSecond !== undefined && { perSecond: deletePodsPerSecond };
        return [{ do: 'deletePods', choice, waits: skipWaitToCompletion !== true, ...rate }];
      }
      case 'churn':
        return this.#churn(operation as Churn);
      case 'barrier': {
        const { stageRequirement } = operation as Barrier;
        return [{ do: 'barrier', choice: choiceOf(operation as Barrier), attempted: stageRequirement === 'Attempted' }];
      }
      case 'sleep':
        return [{ do: 'sleep', milliseconds: this.#duration(operation as Sleep) }];
      case 'startCollectingMetrics':
        return [{ do: 'startCollectingMetrics', choice: choiceOf(operation as StartCollectingMetrics) }];
      default:
        return [{ do: 'stopCollectingMetrics' }];
    }
  }

  #createNodes(operation: CreateNodes): Step[] {
    const { nodeTemplatePath = 'templates/node-default.yaml', ...strategies } = operation;
    const { labelNodePrepareStrategy: labels, uniqueNodeLabelStrategy: unique, nodeAllocatableStrategy } = strategies;
    const count = this.#count(operation, mostNodes);
    const template = this.#template(nodeTemplatePath, 'Node');
    if (!template) return [];
    return [
      {
        do: 'createNodes',
        count,
        template: template as Node,
        ...(labels && { label: { key: labels.labelKey, values: labels.labelValues } }),
        ...(unique && { uniqueLabel: unique.labelKey }),
        ...(nodeAllocatableStrategy && { allocatable: nodeAllocatableStrategy.nodeAllocatable }),
      },
    ];
  }

  #createPods(operation: CreatePods, namespaces: readonly string[]): Step[] {
    const { podTemplatePath = this.#case.defaultPodTemplatePath ?? 'templates/pod-default.yaml' } = operation;
    const count = this.#count(operation, mostPods);
    const template = this.#template(podTemplatePath, 'Pod') as Pod | undefined;
    if (!template) return [];
    const measured = operation.collectMetrics === true;
    const waits = operation.skipWaitToCompletion !== true;
    return namespaces.map((namespace) => ({ do: 'createPods', count, namespace, template, measured, waits }));
  }

  #churn({ mode, number, templatePaths, intervalMilliseconds: interval = 500 }: Churn): Step[] {
    const templates = templatePaths.flatMap((name) => this.#template(name) ?? []);
    const most = number ?? (mode === 'create' ? Number.POSITIVE_INFINITY : 1);
    const namespace = `churn-${this.#index}`;
    return [{ do: 'churn', mode: mode as 'create' | 'recreate', number: most, templates, interval, namespace }];
  }

  #count({ opcode, count, countParam }: Counted, most: number): number {
    let amount = count;
    let name = 'count';
    if (countParam !== undefined) {
      name = `parameter ${countParam.slice(1)}`;
      amount = this.#amounts.get(countParam.slice(1));
      const known = [...this.#amounts.keys()];
      if (amount === undefined) {
        return this.#problem(
          `${opcode}: there is no ${name}${nearest(countParam.slice(1), known)}; the workload has: ${known.join(', ') || 'none'}`,
        );
      }
    } else if (count === undefined) return this.#problem(`${opcode} needs count, or countParam`);
    if (Number.isInteger(amount) && (amount as number) >= 0 && (amount as number) <= most) return amount as number;
    return this.#problem(
      `${opcode}: ${name} must be a whole number from 0 to ${most}; found ${JSON.stringify(amount)}`,
    );
  }

  #duration({ duration, durationParam }: Sleep): number {
    const [, amount, unit] = /^([\d.]+)(ms|s|m)$/.exec(duration ?? '') ?? [];
    const parameter = durationParam === undefined ? undefined : this.#amounts.get(durationParam.slice(1));
    const factor = { ms: 1, s: 1000, m: 60_000 }[unit ?? 's'] ?? 1000;
    const milliseconds = Number(amount ?? parameter) * factor;
    if (milliseconds >= 0 && milliseconds <= longestSleep) return milliseconds;
    return this.#problem(
      `sleep needs a duration such as 500ms, 2s or 1m; found ${JSON.stringify(duration ?? parameter)}`,
    );
  }

  #template(name: string, kind?: string): KubeObject | undefined {
    try {
      return this.#reading.templates.get(name, kind);
    } catch (error) {
      this.#problem((error as Error).message);
      return undefined;
    }
  }

  #problem(text: string): 0 {
    const { problems, line, what } = this.#reading;
    problems.push(`${line('workloadTemplate', this.#index)}: ${what}: ${text}`);
    return 0;
  }
}

const choiceOf = ({ namespaces, labelSelector }: Barrier | StartCollectingMetrics) => ({
  ...(namespaces && { namespaces }),
  ...(labelSelector && { labels: labelSelector }),
});
