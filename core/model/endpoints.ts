// Endpoints: the addresses behind a Service, in one object (the older form; EndpointSlice is the newer).

import { each, fill, within } from './defaults.ts';
import { Dns1123Label, Dns1123Subdomain, IpAddress, OneOf, Port } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { ObjectReference } from './object-reference.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, NestedList, Required, Text } from './rules.ts';
import { endpointsColumns } from './service-columns.ts';

export class EndpointAddress {
  @Required() @IpAddress() readonly ip!: string;
  @Dns1123Label() readonly hostname?: string;
  @Dns1123Subdomain() readonly nodeName?: string;
  @Nested(() => ObjectReference) readonly targetRef?: ObjectReference;
}

export class EndpointPort {
  @Dns1123Label() readonly name?: string;
  @Required() @Port() readonly port!: number;
  @Required() @OneOf('SCTP', 'TCP', 'UDP') readonly protocol?: string;
  @Text() readonly appProtocol?: string;
}

export class EndpointSubset {
  @NestedList(() => EndpointAddress) readonly addresses?: readonly EndpointAddress[];
  @NestedList(() => EndpointAddress) readonly notReadyAddresses?: readonly EndpointAddress[];
  @NestedList(() => EndpointPort) readonly ports?: readonly EndpointPort[];
}

export class Endpoints extends KubeObjectBase {
  @NestedList(() => EndpointSubset) readonly subsets?: readonly EndpointSubset[];
}

export const Endpointses: Resource<Endpoints> = resource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  storageName: 'services/endpoints',
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  namespaced: true,
  type: Endpoints,
  columns: endpointsColumns,
  default: (endpoints) =>
    within(
      endpoints,
      'subsets',
      each((subset) =>
        within(
          subset,
          'ports',
          each((port) => fill(port, { protocol: 'TCP' })),
        ),
      ),
    ),
});
