// NodeStatus: what a node has and how it is, as its kubelet reports it.

import { Int, QuantityMap } from './field-rules.ts';
import type { ResourceList } from './quantity.ts';
import { Nested, NestedList, Text, TextList, Time } from './rules.ts';

export class NodeCondition {
  @Text() readonly type!: string;
  @Text() readonly status!: string;
  @Time() readonly lastHeartbeatTime?: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class NodeAddress {
  @Text() readonly type!: string;
  @Text() readonly address!: string;
}

export class DaemonEndpoint {
  /** Kubernetes' only field with a capital. */
  @Int() readonly Port!: number;
}

export class NodeDaemonEndpoints {
  @Nested(() => DaemonEndpoint) readonly kubeletEndpoint?: DaemonEndpoint;
}

export class NodeSystemInfo {
  @Text() readonly machineID!: string;
  @Text() readonly systemUUID!: string;
  @Text() readonly bootID!: string;
  @Text() readonly kernelVersion!: string;
  @Text() readonly osImage!: string;
  @Text() readonly containerRuntimeVersion!: string;
  @Text() readonly kubeletVersion!: string;
  @Text() readonly kubeProxyVersion!: string;
  @Text() readonly operatingSystem!: string;
  @Text() readonly architecture!: string;
}

export class ContainerImage {
  @TextList() readonly names?: readonly string[];
  @Int() readonly sizeBytes?: number;
}

export class AttachedVolume {
  @Text() readonly name!: string;
  @Text() readonly devicePath!: string;
}

export class NodeStatus {
  /** All there is. */
  @QuantityMap() readonly capacity?: ResourceList;
  /** What pods may have of it. */
  @QuantityMap() readonly allocatable?: ResourceList;
  @Text() readonly phase?: string;
  /** Ready, MemoryPressure, DiskPressure, PIDPressure. */
  @NestedList(() => NodeCondition) readonly conditions?: readonly NodeCondition[];
  @NestedList(() => NodeAddress) readonly addresses?: readonly NodeAddress[];
  @Nested(() => NodeDaemonEndpoints) readonly daemonEndpoints?: NodeDaemonEndpoints;
  @Nested(() => NodeSystemInfo) readonly nodeInfo?: NodeSystemInfo;
  @NestedList(() => ContainerImage) readonly images?: readonly ContainerImage[];
  @TextList() readonly volumesInUse?: readonly string[];
  @NestedList(() => AttachedVolume) readonly volumesAttached?: readonly AttachedVolume[];
}
