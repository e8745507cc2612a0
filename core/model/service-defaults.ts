// Defaults of Services (Kubernetes, pkg/apis/core/v1/defaults.go and pkg/registry/core/service).
// Addresses and node ports are given by whoever allocates them, not here.

import { each, fill, ifObject, within, without } from './defaults.ts';
import type { Service } from './service.ts';
import type { ServicePort, ServiceSpec } from './service-spec.ts';

/** How long a client sticks to one endpoint: three hours. */
const stickinessSeconds = 10_800;

export const defaultService = (service: Service): Service => within(service, 'spec', ifObject(defaultSpec));

function defaultSpec(given: ServiceSpec): ServiceSpec {
  let spec = fill(given, { type: 'ClusterIP', sessionAffinity: 'None' });
  if (spec.sessionAffinity === 'None') spec = without(spec, 'sessionAffinityConfig');
  if (spec.sessionAffinity === 'ClientIP') {
    spec = fill(spec, { sessionAffinityConfig: {} });
    spec = within(
      spec,
      'sessionAffinityConfig',
      ifObject((config) => fill(config, { clientIP: { timeoutSeconds: stickinessSeconds } })),
    );
  }
  spec = within(spec, 'ports', each(defaultPort));
  if (spec.type === 'ExternalName') return spec;
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') spec = fill(spec, { allocateLoadBalancerNodePorts: true });
  return fill(spec, {
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    clusterIPs: spec.clusterIP ? [spec.clusterIP] : undefined,
  });
}

function defaultPort(given: ServicePort): ServicePort {
  const port = fill(given, { protocol: 'TCP', targetPort: given.port });
  return port.targetPort === 0 || port.targetPort === '' ? { ...port, targetPort: port.port } : port;
}
