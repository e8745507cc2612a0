// NodeStatus: what a node has and how it is, as its kubelet reports it.

import type { ResourceList } from './quantity.ts';
import { Int, Nested, NestedList, QuantityMap, Required, Text, TextList, Time } from './rules.ts';

export class NodeCondition {
  @Required() @Text() readonly type!: string;
  @Required() @Text() readonly status!: string;
  @Time() readonly lastHeartbeatTime?: string;
  @Time() readonly lastTransitionTime?: string;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class NodeAddress {
  @Required() @Text() readonly type!: string;
  @Required() @Text() readonly address!: string;
}

export class DaemonEndpoint {
  @Required() @Int() readonly Port!: number;
}

export class NodeDaemonEndpoints {
  @Nested(() => DaemonEndpoint) readonly kubeletEndpoint?: DaemonEndpoint;
}

export class NodeSystemInfo {
  @Required() @Text() readonly machineID!: string;
  @Required() @Text() readonly systemUUID!: string;
  @Required() @Text() readonly bootID!: string;
  @Required() @Text() readonly kernelVersion!: string;
  @Required() @Text() readonly osImage!: string;
  @Required() @Text() readonly containerRuntimeVersion!: string;
  @Required() @Text() readonly kubeletVersion!: string;
  @Required() @Text() readonly kubeProxyVersion!: string;
  @Required() @Text() readonly operatingSystem!: string;
  @Required() @Text() readonly architecture!: string;
}

export class ContainerImage {
  @TextList() readonly names?: readonly string[];
  @Int() readonly sizeBytes?: number;
}

export class AttachedVolume {
  @Required() @Text() readonly name!: string;
  @Required() @Text() readonly devicePath!: string;
}

export class NodeStatus {
  @QuantityMap() readonly capacity?: ResourceList;
  @QuantityMap() readonly allocatable?: ResourceList;
  @Text() readonly phase?: string;
  @NestedList(() => NodeCondition) readonly conditions?: readonly NodeCondition[];
  @NestedList(() => NodeAddress) readonly addresses?: readonly NodeAddress[];
  @Nested(() => NodeDaemonEndpoints) readonly daemonEndpoints?: NodeDaemonEndpoints;
  @Nested(() => NodeSystemInfo) readonly nodeInfo?: NodeSystemInfo;
  @NestedList(() => ContainerImage) readonly images?: readonly ContainerImage[];
  @TextList() readonly volumesInUse?: readonly string[];
  @NestedList(() => AttachedVolume) readonly volumesAttached?: readonly AttachedVolume[];
}
