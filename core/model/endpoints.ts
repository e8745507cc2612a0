// Endpoints: the addresses behind a Service, in one object (the older form; EndpointSlice is the newer).

import { KubeObjectBase } from './object.ts';
import { ObjectReference } from './object-reference.ts';
import { type Resource, resource } from './resource.ts';
import { Int, Nested, NestedList, Required, Text } from './rules.ts';

export class EndpointAddress {
  @Required() @Text() readonly ip!: string;
  @Text() readonly hostname?: string;
  @Text() readonly nodeName?: string;
  @Nested(() => ObjectReference) readonly targetRef?: ObjectReference;
}

export class EndpointPort {
  @Text() readonly name?: string;
  @Required() @Int() readonly port!: number;
  @Text() readonly protocol?: string;
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

export const Endpointses: Resource<Endpoints> = resource({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  storageName: 'services/endpoints',
  namespaced: true,
  type: Endpoints,
});
