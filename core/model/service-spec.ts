// ServiceSpec: which pods a Service leads to, at which address and ports.

import { Dns1123Label, Dns1123Subdomain, InRange, Int, Labels, OneOf, Port, PortOrName } from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { Bool, Nested, NestedList, Required, Text, TextList } from './rules.ts';

export class ServicePort {
  @Dns1123Label() readonly name?: string;
  @OneOf('SCTP', 'TCP', 'UDP') readonly protocol?: string;
  @Text() readonly appProtocol?: string;
  /** On the Service's address. */
  @Required() @Port() readonly port!: number;
  /** On the pods: number, or name of a container port. `port` unless said otherwise. */
  @PortOrName() readonly targetPort?: number | string;
  /** On every node, for NodePort and LoadBalancer. */
  @Int({ min: 0, max: 65_535 }) readonly nodePort?: number;
}

export class ClientIPConfig {
  @InRange('stickiness', 1, 86_400, 'must be greater than 0 and less than 86400') readonly timeoutSeconds?: number;
}

export class SessionAffinityConfig {
  @Nested(() => ClientIPConfig) readonly clientIP?: ClientIPConfig;
}

export class ServiceSpec {
  @NestedList(() => ServicePort) readonly ports?: readonly ServicePort[];
  /** Which pods. None: somebody else writes the endpoints. */
  @Labels() readonly selector?: StringMap;
  /** Its address; `None`: no address, DNS gives the pods themselves. */
  @Text() readonly clusterIP?: string;
  @TextList() readonly clusterIPs?: readonly string[];
  @OneOf('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort') readonly type?: string;
  @TextList() readonly externalIPs?: readonly string[];
  /** `ClientIP`: one client stays with one pod for a while. */
  @OneOf('ClientIP', 'None') readonly sessionAffinity?: string;
  @Text() readonly loadBalancerIP?: string;
  @TextList() readonly loadBalancerSourceRanges?: readonly string[];
  @Dns1123Subdomain() readonly externalName?: string;
  /** `Local`: only to pods on the node that was asked. */
  @OneOf('Cluster', 'Local') readonly externalTrafficPolicy?: string;
  @Int() readonly healthCheckNodePort?: number;
  /** Pods that are not ready get traffic as well. */
  @Bool() readonly publishNotReadyAddresses?: boolean;
  @Nested(() => SessionAffinityConfig) readonly sessionAffinityConfig?: SessionAffinityConfig;
  @TextList() readonly ipFamilies?: readonly string[];
  @OneOf('SingleStack', 'PreferDualStack', 'RequireDualStack') readonly ipFamilyPolicy?: string;
  @Bool() readonly allocateLoadBalancerNodePorts?: boolean;
  @Text() readonly loadBalancerClass?: string;
  @OneOf('Cluster', 'Local') readonly internalTrafficPolicy?: string;
  @Text() readonly trafficDistribution?: string;
}
