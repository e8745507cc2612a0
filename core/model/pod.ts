// Pod: containers that are placed, started and stopped together, and share an address.

import { KubeObjectBase } from './object.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPod } from './pod-defaults.ts';
import { podSpecProblems, podUpdateProblems } from './pod-rules.ts';
import { PodSpec } from './pod-spec.ts';
import { PodStatus } from './pod-status.ts';
import { qualityOfService } from './quality-of-service.ts';
import { type Resource, resource } from './resource.ts';
import { revise } from './revise.ts';
import { Nested, Required } from './rules.ts';

export class Pod extends KubeObjectBase {
  @Required() @Nested(() => PodSpec) readonly spec!: PodSpec;
  @Nested(() => PodStatus) readonly status?: PodStatus;
}

/** Whatever a client says of a new pod's status, this is it. */
function statusAtBirth(spec: PodSpec | undefined): PodStatus {
  const gated = (spec?.schedulingGates ?? []).length > 0;
  return {
    phase: 'Pending',
    ...(spec && { qosClass: qualityOfService(spec) }),
    ...(gated && { conditions: [schedulingGated] }),
  };
}

const schedulingGated = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

export const Pods: Resource<Pod> = resource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  namespaced: true,
  type: Pod,
  columns: podColumns,
  fields: {
    'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIP ?? '',
    'status.podIPs': (pod) => (pod.status?.podIPs ?? []).map(({ ip }) => ip).join(','),
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
  indexed: ['spec.nodeName'],
  default: defaultPod,
  prepareForCreate: (pod) => revise(pod, { status: statusAtBirth(pod.spec) }),
  validate: (pod) => (pod.spec ? podSpecProblems('spec', pod.spec) : []),
  validateUpdate: podUpdateProblems,
  gracePeriodSeconds: (pod) => {
    // Nobody has started it, or it is over: there is nothing to wait for.
    const { phase } = pod.status ?? {};
    if (!pod.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
    return pod.spec.terminationGracePeriodSeconds ?? 30;
  },
});
