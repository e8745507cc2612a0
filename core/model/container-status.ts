// ContainerStatus: what became of a container, as the kubelet reports it.

import { Int, QuantityMap } from './field-rules.ts';
import type { ResourceList } from './quantity.ts';
import { ResourceRequirements } from './resources.ts';
import { Bool, Nested, Text, Time } from './rules.ts';

export class ContainerStateWaiting {
  /** `ContainerCreating`, `CrashLoopBackOff`, `ErrImagePull`, ... */
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
}

export class ContainerStateRunning {
  @Time() readonly startedAt?: string;
}

export class ContainerStateTerminated {
  @Int() readonly exitCode!: number;
  @Int() readonly signal?: number;
  /** `Completed`, `Error`, `OOMKilled`, ... */
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
  @Time() readonly startedAt?: string;
  @Time() readonly finishedAt?: string;
  @Text() readonly containerID?: string;
}

/** One of the three. */
export class ContainerState {
  @Nested(() => ContainerStateWaiting) readonly waiting?: ContainerStateWaiting;
  @Nested(() => ContainerStateRunning) readonly running?: ContainerStateRunning;
  @Nested(() => ContainerStateTerminated) readonly terminated?: ContainerStateTerminated;
}

export class ContainerStatus {
  @Text() readonly name!: string;
  @Nested(() => ContainerState) readonly state?: ContainerState;
  /** How the run before this one ended. */
  @Nested(() => ContainerState) readonly lastState?: ContainerState;
  @Bool() readonly ready!: boolean;
  @Int() readonly restartCount!: number;
  @Text() readonly image!: string;
  @Text() readonly imageID!: string;
  @Text() readonly containerID?: string;
  /** Startup probe passed (or none), postStart done. */
  @Bool() readonly started?: boolean;
  @QuantityMap() readonly allocatedResources?: ResourceList;
  @Nested(() => ResourceRequirements) readonly resources?: ResourceRequirements;
  @Text() readonly stopSignal?: string;
}
