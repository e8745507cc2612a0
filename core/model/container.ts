// Container: one program of a pod. Init containers and ephemeral containers have the same shape.

import { EnvFromSource, EnvVar } from './env.ts';
import { Dns1123Label, Form, Int, OneOf, Port, PortName, Unique } from './field-rules.ts';
import { imageProblems } from './label-rules.ts';
import { Lifecycle } from './lifecycle.ts';
import { Probe } from './probe.ts';
import { ResourceRequirements } from './resources.ts';
import { Bool, Nested, NestedList, Required, Text, TextList } from './rules.ts';
import { SecurityContext } from './security-context.ts';
import { VolumeDevice, VolumeMount } from './volume-mount.ts';

export class ContainerPort {
  @PortName() readonly name?: string;
  @Int({ min: 0, max: 65_535 }) readonly hostPort?: number;
  @Required() @Port() readonly containerPort!: number;
  @OneOf('SCTP', 'TCP', 'UDP') readonly protocol?: string;
  @Text() readonly hostIP?: string;
}

export class ContainerResizePolicy {
  @Required() @OneOf('cpu', 'memory') readonly resourceName!: string;
  @Required() @OneOf('NotRequired', 'RestartContainer') readonly restartPolicy!: string;
}

export class Container {
  @Required() @Dns1123Label() readonly name!: string;
  @Required() @Form('image', imageProblems) readonly image!: string;
  @TextList() readonly command?: readonly string[];
  @TextList() readonly args?: readonly string[];
  @Text() readonly workingDir?: string;
  @Unique('name') @NestedList(() => ContainerPort) readonly ports?: readonly ContainerPort[];
  @NestedList(() => EnvFromSource) readonly envFrom?: readonly EnvFromSource[];
  @NestedList(() => EnvVar) readonly env?: readonly EnvVar[];
  @Nested(() => ResourceRequirements) readonly resources?: ResourceRequirements;
  @NestedList(() => ContainerResizePolicy) readonly resizePolicy?: readonly ContainerResizePolicy[];
  @Text() readonly restartPolicy?: string;
  @NestedList(() => VolumeMount) readonly volumeMounts?: readonly VolumeMount[];
  @Unique('devicePath') @NestedList(() => VolumeDevice) readonly volumeDevices?: readonly VolumeDevice[];
  @Nested(() => Probe) readonly livenessProbe?: Probe;
  @Nested(() => Probe) readonly readinessProbe?: Probe;
  @Nested(() => Probe) readonly startupProbe?: Probe;
  @Nested(() => Lifecycle) readonly lifecycle?: Lifecycle;
  @Text() readonly terminationMessagePath?: string;
  @OneOf('FallbackToLogsOnError', 'File') readonly terminationMessagePolicy?: string;
  @OneOf('Always', 'IfNotPresent', 'Never') readonly imagePullPolicy?: string;
  @Nested(() => SecurityContext) readonly securityContext?: SecurityContext;
  @Bool() readonly stdin?: boolean;
  @Bool() readonly stdinOnce?: boolean;
  @Bool() readonly tty?: boolean;
}

export class EphemeralContainer extends Container {
  @Text() readonly targetContainerName?: string;
}
