// Mirror: hand-made Endpoints as EndpointSlices, which are all that proxies read. Decides only.
// In Kubernetes: pkg/controller/endpointslicemirroring (reconciler.go, utils.go).

import { semanticEqual } from '../../core/control/equality.ts';
import type { Endpoint, EndpointSlice, EndpointSlicePort } from '../../core/model/endpoint-slice.ts';
import type { EndpointAddress, Endpoints } from '../../core/model/endpoints.ts';
import { controllerReference, type Draft, type StringMap } from '../../core/model/meta.ts';
import type { Service } from '../../core/model/service.ts';
import { serviceNameLabel } from '../../core/network/service-table.ts';
import { type AddressType, hasSelector } from './pod-endpoints.ts';
import { groupKey, managedByLabel, type SlicePlan } from './slice-plan.ts';

export const managedByMirror = 'endpointslicemirroring-controller.k8s.io';
/** Whoever labels Endpoints so writes their slices too, as the API server does for its own. */
const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror';
/** Endpoints that serve elections are no endpoints. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
/** Annotations that speak of the Endpoints object itself. */
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'endpoints.kubernetes.io/last-change-trigger-time',
]);
/** Addresses of a subset that are mirrored, at most. */
const maxEndpoints = 1000;

/** Whether the Endpoints are somebody's own work: their Service has no selector, and nobody asked to leave them alone. */
export const isMirrored = (endpoints: Endpoints | undefined, service: Service | undefined): endpoints is Endpoints =>
  endpoints !== undefined &&
  service !== undefined &&
  !hasSelector(service) &&
  service.spec.type !== 'ExternalName' &&
  endpoints.metadata.labels?.[skipMirrorLabel] !== 'true' &&
  endpoints.metadata.annotations?.[leaderAnnotation] === undefined;

/** One slice for each family and set of ports. @param existing the slices of the service that mirror something */
export function planMirror(endpoints: Endpoints | undefined, existing: readonly EndpointSlice[]): SlicePlan {
  const create: Draft<EndpointSlice>[] = [];
  const update: EndpointSlice[] = [];
  const left = [...existing].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const wanted of endpoints ? slicesOf(endpoints) : []) {
    const key = groupKey(wanted.addressType, wanted.ports ?? []);
    const at = left.findIndex((slice) => groupKey(slice.addressType, slice.ports ?? []) === key);
    if (at < 0) {
      create.push(wanted);
      continue;
    }
    const [slice] = left.splice(at, 1) as [EndpointSlice];
    const { labels, annotations = {}, ownerReferences = [] } = wanted.metadata;
    const same =
      semanticEqual(slice.endpoints, wanted.endpoints) &&
      semanticEqual(slice.metadata.labels, labels) &&
      semanticEqual(slice.metadata.annotations ?? {}, annotations);
    const metadata = { ...slice.metadata, labels: labels ?? {}, annotations, ownerReferences };
    if (!same) update.push({ ...slice, metadata, endpoints: wanted.endpoints });
  }
  return { create, update, remove: left };
}

function slicesOf(endpoints: Endpoints): Draft<EndpointSlice>[] {
  const groups = new Map<string, { type: AddressType; ports: readonly EndpointSlicePort[]; endpoints: Endpoint[] }>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of endpoints.subsets ?? []) {
    const slicePorts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
      name,
      port,
      protocol,
      ...(appProtocol !== undefined && { appProtocol }),
    }));
    const all = [
      ...addresses.map((one) => endpointOf(one, true)),
      ...notReadyAddresses.map((one) => endpointOf(one, false)),
    ];
    for (const endpoint of all.slice(0, maxEndpoints)) {
      const type = endpoint.addresses[0]?.includes(':') ? 'IPv6' : 'IPv4';
      const key = groupKey(type, slicePorts);
      const group = groups.get(key) ?? { type, ports: slicePorts, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpoint);
    }
  }
  return [...groups.values()].map((group) => ({
    metadata: metadataOf(endpoints),
    addressType: group.type,
    endpoints: group.endpoints,
    ports: group.ports,
  }));
}

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname && { hostname }),
  ...(nodeName && { nodeName }),
  ...(targetRef && { targetRef }),
});

function metadataOf(endpoints: Endpoints): Draft<EndpointSlice>['metadata'] {
  const { name, namespace, labels, annotations = {} } = endpoints.metadata;
  const kept: StringMap = Object.fromEntries(Object.entries(annotations).filter(([key]) => !ownAnnotations.has(key)));
  return {
    generateName: `${name}-`,
    ...(namespace !== undefined && { namespace }),
    labels: { ...labels, [managedByLabel]: managedByMirror, [serviceNameLabel]: name },
    ...(Object.keys(kept).length > 0 && { annotations: kept }),
    ownerReferences: [controllerReference(endpoints)],
  };
}
