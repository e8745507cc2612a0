// PodSpec: what is wanted of a pod.

import { Affinity } from './affinity.ts';
import { Container, EphemeralContainer } from './container.ts';
import {
  Dns1123Label,
  Dns1123Subdomain,
  Int,
  IpAddress,
  Labels,
  OneOf,
  QualifiedName,
  QuantityMap,
  Unique,
} from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { LocalObjectReference } from './object-reference.ts';
import type { ResourceList } from './quantity.ts';
import { ResourceRequirements } from './resources.ts';
import { Bool, Nested, NestedList, Required, Text, TextList } from './rules.ts';
import { PodSecurityContext } from './security-context.ts';
import { Toleration } from './toleration.ts';
import { TopologySpreadConstraint } from './topology-spread-constraint.ts';
import { Volume } from './volume.ts';

export class HostAlias {
  @Required() @IpAddress() readonly ip!: string;
  @TextList() readonly hostnames?: readonly string[];
}

export class PodDNSConfigOption {
  @Text() readonly name?: string;
  @Text() readonly value?: string;
}

export class PodDNSConfig {
  @TextList() readonly nameservers?: readonly string[];
  @TextList() readonly searches?: readonly string[];
  @NestedList(() => PodDNSConfigOption) readonly options?: readonly PodDNSConfigOption[];
}

export class PodReadinessGate {
  @Required() @QualifiedName() readonly conditionType!: string;
}

export class PodSchedulingGate {
  @Required() @QualifiedName() readonly name!: string;
}

export class PodOS {
  @Required() @OneOf('linux', 'windows') readonly name!: string;
}

export class PodResourceClaim {
  @Required() @Text() readonly name!: string;
  @Text() readonly resourceClaimName?: string;
  @Text() readonly resourceClaimTemplateName?: string;
}

export class PodSpec {
  @Unique('name') @NestedList(() => Volume) readonly volumes?: readonly Volume[];
  /** Run one after the other, each to its end, before the containers start. */
  @NestedList(() => Container) readonly initContainers?: readonly Container[];
  @Required() @NestedList(() => Container) readonly containers!: readonly Container[];
  @NestedList(() => EphemeralContainer) readonly ephemeralContainers?: readonly EphemeralContainer[];
  /** `Always` unless said otherwise. */
  @OneOf('Always', 'OnFailure', 'Never') readonly restartPolicy?: string;
  /** From "stop" to "killed". */
  @Int() readonly terminationGracePeriodSeconds?: number;
  /** After this time the pod is failed. */
  @Int({ min: 1, max: 2_147_483_647 }) readonly activeDeadlineSeconds?: number;
  @OneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None') readonly dnsPolicy?: string;
  @Labels() readonly nodeSelector?: StringMap;
  @Dns1123Subdomain() readonly serviceAccountName?: string;
  @Text() readonly serviceAccount?: string;
  @Bool() readonly automountServiceAccountToken?: boolean;
  /** Where it is placed. The scheduler sets it, by a Binding. */
  @Dns1123Subdomain() readonly nodeName?: string;
  /** The node's own network in place of one of its own. */
  @Bool() readonly hostNetwork?: boolean;
  @Bool() readonly hostPID?: boolean;
  @Bool() readonly hostIPC?: boolean;
  @Bool() readonly shareProcessNamespace?: boolean;
  @Nested(() => PodSecurityContext) readonly securityContext?: PodSecurityContext;
  @NestedList(() => LocalObjectReference) readonly imagePullSecrets?: readonly LocalObjectReference[];
  @Dns1123Label() readonly hostname?: string;
  @Dns1123Label() readonly subdomain?: string;
  @Nested(() => Affinity) readonly affinity?: Affinity;
  /** Who places it. */
  @Text() readonly schedulerName?: string;
  @NestedList(() => Toleration) readonly tolerations?: readonly Toleration[];
  @NestedList(() => HostAlias) readonly hostAliases?: readonly HostAlias[];
  @Text() readonly priorityClassName?: string;
  @Int() readonly priority?: number;
  @Nested(() => PodDNSConfig) readonly dnsConfig?: PodDNSConfig;
  @NestedList(() => PodReadinessGate) readonly readinessGates?: readonly PodReadinessGate[];
  @Text() readonly runtimeClassName?: string;
  /** Services of the namespace as variables: WEB_SERVICE_HOST. */
  @Bool() readonly enableServiceLinks?: boolean;
  @OneOf('Never', 'PreemptLowerPriority') readonly preemptionPolicy?: string;
  /** What running the pod costs beyond its containers. */
  @QuantityMap() readonly overhead?: ResourceList;
  @NestedList(() => TopologySpreadConstraint) readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  @Bool() readonly setHostnameAsFQDN?: boolean;
  @Nested(() => PodOS) readonly os?: PodOS;
  @Bool() readonly hostUsers?: boolean;
  /** The scheduler waits until all of them are taken away. */
  @Unique('name') @NestedList(() => PodSchedulingGate) readonly schedulingGates?: readonly PodSchedulingGate[];
  @NestedList(() => PodResourceClaim) readonly resourceClaims?: readonly PodResourceClaim[];
  @Nested(() => ResourceRequirements) readonly resources?: ResourceRequirements;
  @Text() readonly hostnameOverride?: string;
}
