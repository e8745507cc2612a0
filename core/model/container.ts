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

/** What a container listens on. Leaving a port out does not close it: this is information. */
export class ContainerPort {
  /** What Services and probes may call it. */
  @PortName() readonly name?: string;
  /** Taken on the node as well; then no two such pods fit on one node. */
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
  /** Unique among all containers of the pod. */
  @Required() @Dns1123Label() readonly name!: string;
  /** `name`, `name:tag`, `registry/name@sha256:...` */
  @Required() @Form('image', imageProblems) readonly image!: string;
  /** In place of the image's entrypoint. `$(VAR)` is replaced. */
  @TextList() readonly command?: readonly string[];
  /** In place of the image's arguments. */
  @TextList() readonly args?: readonly string[];
  @Text() readonly workingDir?: string;
  @Unique('name') @NestedList(() => ContainerPort) readonly ports?: readonly ContainerPort[];
  @NestedList(() => EnvFromSource) readonly envFrom?: readonly EnvFromSource[];
  @NestedList(() => EnvVar) readonly env?: readonly EnvVar[];
  @Nested(() => ResourceRequirements) readonly resources?: ResourceRequirements;
  @NestedList(() => ContainerResizePolicy) readonly resizePolicy?: readonly ContainerResizePolicy[];
  /** `Always` makes a sidecar of an init container: it runs on beside the others. */
  @Text() readonly restartPolicy?: string;
  @NestedList(() => VolumeMount) readonly volumeMounts?: readonly VolumeMount[];
  @Unique('devicePath') @NestedList(() => VolumeDevice) readonly volumeDevices?: readonly VolumeDevice[];
  /** Fails: the container is killed and restarted. */
  @Nested(() => Probe) readonly livenessProbe?: Probe;
  /** Fails: the pod gets no traffic from Services. */
  @Nested(() => Probe) readonly readinessProbe?: Probe;
  /** The other probes wait until this one has succeeded once. */
  @Nested(() => Probe) readonly startupProbe?: Probe;
  @Nested(() => Lifecycle) readonly lifecycle?: Lifecycle;
  /** What the container writes there becomes its termination message. */
  @Text() readonly terminationMessagePath?: string;
  @OneOf('FallbackToLogsOnError', 'File') readonly terminationMessagePolicy?: string;
  @OneOf('Always', 'IfNotPresent', 'Never') readonly imagePullPolicy?: string;
  @Nested(() => SecurityContext) readonly securityContext?: SecurityContext;
  @Bool() readonly stdin?: boolean;
  @Bool() readonly stdinOnce?: boolean;
  @Bool() readonly tty?: boolean;
}

/** A container that `kubectl debug` adds to a running pod. */
export class EphemeralContainer extends Container {
  /** Whose processes it shares. */
  @Text() readonly targetContainerName?: string;
}
