// ServiceSpec: which pods a Service leads to, at which address and ports.

import type { StringMap } from './meta.ts';
import { Bool, Int, IntOrText, Nested, NestedList, Required, Text, TextList, TextMap } from './rules.ts';

export class ServicePort {
  @Text() readonly name?: string;
  @Text() readonly protocol?: string;
  @Text() readonly appProtocol?: string;
  @Required() @Int() readonly port!: number;
  @IntOrText() readonly targetPort?: number | string;
  @Int() readonly nodePort?: number;
}

export class ClientIPConfig {
  @Int() readonly timeoutSeconds?: number;
}

export class SessionAffinityConfig {
  @Nested(() => ClientIPConfig) readonly clientIP?: ClientIPConfig;
}

export class ServiceSpec {
  @NestedList(() => ServicePort) readonly ports?: readonly ServicePort[];
  @TextMap() readonly selector?: StringMap;
  @Text() readonly clusterIP?: string;
  @TextList() readonly clusterIPs?: readonly string[];
  @Text() readonly type?: string;
  @TextList() readonly externalIPs?: readonly string[];
  @Text() readonly sessionAffinity?: string;
  @Text() readonly loadBalancerIP?: string;
  @TextList() readonly loadBalancerSourceRanges?: readonly string[];
  @Text() readonly externalName?: string;
  @Text() readonly externalTrafficPolicy?: string;
  @Int() readonly healthCheckNodePort?: number;
  @Bool() readonly publishNotReadyAddresses?: boolean;
  @Nested(() => SessionAffinityConfig) readonly sessionAffinityConfig?: SessionAffinityConfig;
  @TextList() readonly ipFamilies?: readonly string[];
  @Text() readonly ipFamilyPolicy?: string;
  @Bool() readonly allocateLoadBalancerNodePorts?: boolean;
  @Text() readonly loadBalancerClass?: string;
  @Text() readonly internalTrafficPolicy?: string;
  @Text() readonly trafficDistribution?: string;
}
