// Workload: what is done to a cluster, step by step, every number known. What a workload file comes to once its parameters
// are filled in (workload-file.ts), and what both levels carry out (carry-out.ts).

import type { KubeObject } from '../../../../core/model/meta.ts';
import type { Namespace } from '../../../../core/model/namespace.ts';
import type { Node } from '../../../../core/model/node.ts';
import type { Pod } from '../../../../core/model/pod.ts';

export interface Workload {
  /** `SchedulingBasic/500Nodes` */
  readonly name: string;
  readonly description: string;
  readonly labels: readonly string[];
  /** Pods a second that Kubernetes' CI demands of Kubernetes for it. */
  readonly floor?: number;
  readonly steps: readonly Step[];
}

/** Which pods: all unless told. */
export interface PodChoice {
  readonly namespaces?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface CreatePodsStep {
  readonly do: 'createPods';
  readonly count: number;
  readonly namespace: string;
  readonly template: Pod;
  readonly measured: boolean;
  readonly waits: boolean;
}

export type Step =
  | {
      readonly do: 'createNodes';
      readonly count: number;
      readonly template: Node;
      readonly label?: { readonly key: string; readonly values: readonly string[] };
      readonly uniqueLabel?: string;
      readonly allocatable?: Readonly<Record<string, string>>;
    }
  | {
      readonly do: 'createNamespaces';
      readonly count: number;
      readonly prefix: string;
      readonly template: Namespace;
    }
  | CreatePodsStep
  | {
      readonly do: 'createAny';
      readonly count: number;
      readonly namespace: string | undefined;
      readonly template: KubeObject;
    }
  | {
      readonly do: 'deletePods';
      readonly choice: PodChoice;
      /** All at once unless told. */
      readonly perSecond?: number;
      readonly waits: boolean;
    }
  | {
      readonly do: 'churn';
      readonly mode: 'create' | 'recreate';
      /** Of each template; of `create` Infinity unless told. */
      readonly number: number;
      readonly templates: readonly KubeObject[];
      readonly interval: number;
      readonly namespace: string;
    }
  | { readonly do: 'barrier'; readonly choice: PodChoice; readonly attempted: boolean }
  | { readonly do: 'sleep'; readonly milliseconds: number }
  | { readonly do: 'startCollectingMetrics'; readonly choice: PodChoice }
  | { readonly do: 'stopCollectingMetrics' };

export const chooses = ({ namespaces, labels = {} }: PodChoice, { metadata }: Pod): boolean =>
  (namespaces?.includes(metadata.namespace ?? 'default') ?? true) &&
  Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
