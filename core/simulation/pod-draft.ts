// Pod draft: a workload's pod or Deployment as it is sent to the API: what the workload says in short, on top of its template.
// How long a pod runs, and how it ends, is told to the mock runtime by annotations (plugins/runtime-mock/README.md).

import { isRecord } from '../cluster/checked-yaml.ts';
import type { Deployment } from '../model/deployment.ts';
import type { Draft, StringMap } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { Workload } from './scenario.ts';

/** What differs from pod to pod of one workload. */
export interface PodFacts {
  readonly name: string;
  readonly namespace: string;
  /** Milliseconds. */
  readonly duration?: number;
  readonly exitCode?: number;
  readonly requests?: StringMap;
  readonly priority?: number;
  readonly schedulerName?: string;
}

type Tree = Readonly<Record<string, unknown>>;
const tree = (value: unknown): Tree => (isRecord(value) ? value : {});

/** The name of the PriorityClass of a number: `priority-100`, `priority-minus-5`. */
export const priorityClassOf = (priority: number): string =>
  `priority-${priority < 0 ? `minus-${-priority}` : priority}`;

export function podDraft(workload: Workload, facts: PodFacts): Draft<Pod> {
  const { duration, exitCode, name, namespace } = facts;
  const { metadata, spec } = template(workload, facts, workload.name);
  const annotations = {
    ...tree(metadata.annotations),
    ...(duration !== undefined && { 'mock.kubelab.dev/run-for': `${duration}ms` }),
    ...(exitCode !== undefined && exitCode !== 0 && { 'mock.kubelab.dev/exit-code': String(exitCode) }),
  };
  return {
    metadata: { ...metadata, name, namespace, annotations },
    // A pod that ends shall have ended: in the template one may say otherwise.
    spec: { ...(duration !== undefined && { restartPolicy: 'Never' }), ...spec },
  } as unknown as Draft<Pod>;
}

export function deploymentDraft(workload: Workload, facts: PodFacts): Draft<Deployment> {
  const { name, namespace } = facts;
  const made = template(workload, facts, name);
  const labels = made.metadata.labels as StringMap;
  return {
    metadata: { name, namespace, labels },
    spec: { replicas: workload.replicas ?? 1, selector: { matchLabels: { app: labels.app } }, template: made },
  } as unknown as Draft<Deployment>;
}

function template(workload: Workload, facts: PodFacts, app: string): { readonly metadata: Tree; readonly spec: Tree } {
  const given = tree(workload.template);
  const metadata = tree(given.metadata);
  const spec = tree(given.spec);
  const priority = facts.priority ?? workload.priority;
  const schedulerName = facts.schedulerName ?? workload.schedulerName;
  return {
    metadata: { ...metadata, labels: { app, ...workload.labels, ...tree(metadata.labels) } },
    spec: {
      ...spec,
      ...(schedulerName !== undefined && { schedulerName }),
      ...(priority !== undefined && { priorityClassName: priorityClassOf(priority) }),
      containers: containersOf(workload, facts, spec.containers),
    },
  };
}

/** The template's, or one; the requests are the first one's. */
function containersOf({ image, requests }: Workload, facts: PodFacts, given: unknown): unknown {
  const asked = { ...requests, ...facts.requests };
  const own = {
    ...(image !== undefined && { image }),
    ...(Object.keys(asked).length > 0 && { resources: { requests: asked } }),
  };
  if (!Array.isArray(given) || given.length === 0) return [{ name: 'main', image: 'kubelab/sleep', ...own }];
  return given.map((container, index) => (index === 0 ? { ...tree(container), ...own } : container));
}
