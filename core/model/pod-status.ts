// PodStatus: what became of a pod. The kubelet writes it; the scheduler adds PodScheduled.

import { ContainerStatus } from './container-status.ts';
import { Int, OneOf } from './field-rules.ts';
import { NestedList, Text, Time } from './rules.ts';

export class PodCondition {
  @Text() readonly type!: string;
  @Int() readonly observedGeneration?: number;
  @Text() readonly status!: string;
  @Time() readonly lastProbeTime?: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class PodIP {
  @Text() readonly ip!: string;
}

export class HostIP {
  @Text() readonly ip!: string;
}

export class PodStatus {
  @Int() readonly observedGeneration?: number;
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`. */
  @OneOf('Failed', 'Pending', 'Running', 'Succeeded', 'Unknown') readonly phase?: string;
  /** PodScheduled, Initialized, ContainersReady, Ready, ... */
  @NestedList(() => PodCondition) readonly conditions?: readonly PodCondition[];
  @Text() readonly message?: string;
  @Text() readonly reason?: string;
  /** Where room is being made for it by preemption. */
  @Text() readonly nominatedNodeName?: string;
  @Text() readonly hostIP?: string;
  @NestedList(() => HostIP) readonly hostIPs?: readonly HostIP[];
  @Text() readonly podIP?: string;
  @NestedList(() => PodIP) readonly podIPs?: readonly PodIP[];
  @Time() readonly startTime?: string;
  @NestedList(() => ContainerStatus) readonly initContainerStatuses?: readonly ContainerStatus[];
  @NestedList(() => ContainerStatus) readonly containerStatuses?: readonly ContainerStatus[];
  /** `Guaranteed`, `Burstable`, `BestEffort`; decided at birth. */
  @Text() readonly qosClass?: string;
  @NestedList(() => ContainerStatus) readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  @Text() readonly resize?: string;
}
