// ContainerStatus: what became of a container, as the kubelet reports it.

import type { ResourceList } from './quantity.ts';
import { ResourceRequirements } from './resources.ts';
import { Bool, Int, Nested, QuantityMap, Required, Text, Time } from './rules.ts';

export class ContainerStateWaiting {
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class ContainerStateRunning {
  @Time() readonly startedAt?: string;
}

export class ContainerStateTerminated {
  @Required() @Int() readonly exitCode!: number;
  @Int() readonly signal?: number;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
  @Time() readonly startedAt?: string;
  @Time() readonly finishedAt?: string;
  @Text() readonly containerID?: string;
}

export class ContainerState {
  @Nested(() => ContainerStateWaiting) readonly waiting?: ContainerStateWaiting;
  @Nested(() => ContainerStateRunning) readonly running?: ContainerStateRunning;
  @Nested(() => ContainerStateTerminated) readonly terminated?: ContainerStateTerminated;
}

export class ContainerStatus {
  @Required() @Text() readonly name!: string;
  @Nested(() => ContainerState) readonly state?: ContainerState;
  @Nested(() => ContainerState) readonly lastState?: ContainerState;
  @Required() @Bool() readonly ready!: boolean;
  @Required() @Int() readonly restartCount!: number;
  @Required() @Text() readonly image!: string;
  @Required() @Text() readonly imageID!: string;
  @Text() readonly containerID?: string;
  @Bool() readonly started?: boolean;
  @QuantityMap() readonly allocatedResources?: ResourceList;
  @Nested(() => ResourceRequirements) readonly resources?: ResourceRequirements;
  @Text() readonly stopSignal?: string;
}
