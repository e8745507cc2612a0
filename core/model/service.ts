// Service: one lasting address for a changing set of pods.

import { Condition } from './condition.ts';
import { Int } from './field-rules.ts';
import { dns1035Label } from './label-rules.ts';
import { KubeObjectBase } from './object.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, NestedList, Required, Text } from './rules.ts';
import { serviceColumns } from './service-columns.ts';
import { defaultService } from './service-defaults.ts';
import { serviceProblems, serviceUpdateProblems } from './service-rules.ts';
import { ServiceSpec } from './service-spec.ts';

export class PortStatus {
  @Int() readonly port!: number;
  @Text() readonly protocol!: string;
  @Text() readonly error?: string;
}

export class LoadBalancerIngress {
  @Text() readonly ip?: string;
  @Text() readonly hostname?: string;
  @Text() readonly ipMode?: string;
  @NestedList(() => PortStatus) readonly ports?: readonly PortStatus[];
}

export class LoadBalancerStatus {
  @NestedList(() => LoadBalancerIngress) readonly ingress?: readonly LoadBalancerIngress[];
}

export class ServiceStatus {
  @Nested(() => LoadBalancerStatus) readonly loadBalancer?: LoadBalancerStatus;
  @NestedList(() => Condition) readonly conditions?: readonly Condition[];
}

export class Service extends KubeObjectBase {
  @Required() @Nested(() => ServiceSpec) readonly spec!: ServiceSpec;
  @Nested(() => ServiceStatus) readonly status?: ServiceStatus;
}

export const Services: Resource<Service> = resource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  hasStatus: true,
  withoutGeneration: true,
  storageName: 'services/specs',
  namespaced: true,
  type: Service,
  columns: serviceColumns,
  fields: {
    'spec.clusterIP': (service) => service.spec?.clusterIP ?? '',
    'spec.type': (service) => service.spec?.type ?? '',
  },
  validateName: (name) => dns1035Label(name)[0],
  default: defaultService,
  prepareForCreate: (service) => ({ ...service, status: { loadBalancer: {} } }),
  validate: serviceProblems,
  validateUpdate: serviceUpdateProblems,
});
