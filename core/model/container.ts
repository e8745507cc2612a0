// Container: one program of a pod. Init containers and ephemeral containers have the same shape.

import { EnvFromSource, EnvVar } from './env.ts';
import { Lifecycle } from './lifecycle.ts';
import { Probe } from './probe.ts';
import { ResourceRequirements } from './resources.ts';
import { Bool, Int, Nested, NestedList, Required, Text, TextList } from './rules.ts';
import { SecurityContext } from './security-context.ts';
import { VolumeDevice, VolumeMount } from './volume-mount.ts';

export class ContainerPort {
  @Text() readonly name?: string;
  @Int() readonly hostPort?: number;
  @Required() @Int() readonly containerPort!: number;
  @Text() readonly protocol?: string;
  @Text() readonly hostIP?: string;
}

export class ContainerResizePolicy {
  @Required() @Text() readonly resourceName!: string;
  @Required() @Text() readonly restartPolicy!: string;
}

export class Container {
  @Required() @Text() readonly name!: string;
  @Required() @Text() readonly image!: string;
  @TextList() readonly command?: readonly string[];
  @TextList() readonly args?: readonly string[];
  @Text() readonly workingDir?: string;
  @NestedList(() => ContainerPort) readonly ports?: readonly ContainerPort[];
  @NestedList(() => EnvFromSource) readonly envFrom?: readonly EnvFromSource[];
  @NestedList(() => EnvVar) readonly env?: readonly EnvVar[];
  @Nested(() => ResourceRequirements) readonly resources?: ResourceRequirements;
  @NestedList(() => ContainerResizePolicy) readonly resizePolicy?: readonly ContainerResizePolicy[];
  @Text() readonly restartPolicy?: string;
  @NestedList(() => VolumeMount) readonly volumeMounts?: readonly VolumeMount[];
  @NestedList(() => VolumeDevice) readonly volumeDevices?: readonly VolumeDevice[];
  @Nested(() => Probe) readonly livenessProbe?: Probe;
  @Nested(() => Probe) readonly readinessProbe?: Probe;
  @Nested(() => Probe) readonly startupProbe?: Probe;
  @Nested(() => Lifecycle) readonly lifecycle?: Lifecycle;
  @Text() readonly terminationMessagePath?: string;
  @Text() readonly terminationMessagePolicy?: string;
  @Text() readonly imagePullPolicy?: string;
  @Nested(() => SecurityContext) readonly securityContext?: SecurityContext;
  @Bool() readonly stdin?: boolean;
  @Bool() readonly stdinOnce?: boolean;
  @Bool() readonly tty?: boolean;
}

export class EphemeralContainer extends Container {
  @Text() readonly targetContainerName?: string;
}
