// EndpointSlice: some of the addresses behind a Service. A proxy reads these.

import { each, fill, within } from './defaults.ts';
import { endpointSliceProblems, endpointSliceUpdateProblems } from './endpoint-slice-rules.ts';
import { Dns1123Label, Int, OneOf } from './field-rules.ts';
import type { StringMap } from './meta.ts';
import { KubeObjectBase } from './object.ts';
import { ObjectReference } from './object-reference.ts';
import { type Resource, resource } from './resource.ts';
import { Bool, Nested, NestedList, Required, Text, TextList, TextMap } from './rules.ts';
import { endpointSliceColumns } from './service-columns.ts';

export class EndpointConditions {
  /** May get new connections: serving and not terminating. */
  @Bool() readonly ready?: boolean;
  /** Its readiness probe passes, terminating or not. */
  @Bool() readonly serving?: boolean;
  @Bool() readonly terminating?: boolean;
}

export class ForZone {
  @Required() @Text() readonly name!: string;
}

export class ForNode {
  @Required() @Text() readonly name!: string;
}

export class EndpointHints {
  @NestedList(() => ForZone) readonly forZones?: readonly ForZone[];
  @NestedList(() => ForNode) readonly forNodes?: readonly ForNode[];
}

export class Endpoint {
  @Required() @TextList() readonly addresses!: readonly string[];
  @Nested(() => EndpointConditions) readonly conditions?: EndpointConditions;
  @Dns1123Label() readonly hostname?: string;
  @Nested(() => ObjectReference) readonly targetRef?: ObjectReference;
  @TextMap() readonly deprecatedTopology?: StringMap;
  @Text() readonly nodeName?: string;
  @Text() readonly zone?: string;
  @Nested(() => EndpointHints) readonly hints?: EndpointHints;
}

export class EndpointSlicePort {
  @Dns1123Label() readonly name?: string;
  @OneOf('SCTP', 'TCP', 'UDP') readonly protocol?: string;
  @Int({ min: 1, max: 65_535 }) readonly port!: number;
  @Text() readonly appProtocol?: string;
}

export class EndpointSlice extends KubeObjectBase {
  /** Of all addresses in it; decided at birth. */
  @Required() @OneOf('FQDN', 'IPv4', 'IPv6') readonly addressType!: string;
  @NestedList(() => Endpoint) readonly endpoints!: readonly Endpoint[];
  @NestedList(() => EndpointSlicePort) readonly ports?: readonly EndpointSlicePort[];
}

export const EndpointSlices: Resource<EndpointSlice> = resource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  type: EndpointSlice,
  columns: endpointSliceColumns,
  default: (slice) =>
    within(
      slice,
      'ports',
      each((port) => fill(port, { name: '', protocol: 'TCP' })),
    ),
  validate: endpointSliceProblems,
  validateUpdate: endpointSliceUpdateProblems,
});
