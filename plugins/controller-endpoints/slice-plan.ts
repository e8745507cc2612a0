// Slice plan: from the EndpointSlices that there are to those that there should be, with as few writes as possible. An
// endpoint stays in the slice that it is in: every proxy of the cluster is sent each slice that changes, whole.
//   1. what is no longer wanted leaves its slice, what changed is written anew in its place
//   2. new endpoints fill slices that are written anyway, then the fullest ones that have room for them, then new slices
//   3. slices that became empty go; but one always stays, so that a Service without pods can be told from an unknown one
// Decides only. Equal input gives equal plans: slices are looked at by name, endpoints in the order of their pods' names.
// In Kubernetes: staging/src/k8s.io/endpointslice/reconciler.go.

import { semanticEqual } from '../../core/control/equality.ts';
import type { Endpoint, EndpointSlice, EndpointSlicePort } from '../../core/model/endpoint-slice.ts';
import { controllerReference, type Draft, type StringMap } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Service } from '../../core/model/service.ts';
import { headlessLabel, serviceNameLabel } from '../../core/network/service-table.ts';
import { type AddressType, addressOf, belongs, endpointOf, isHeadless, portsOf } from './pod-endpoints.ts';

export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const managedByUs = 'endpointslice-controller.k8s.io';
/** Endpoints in a slice, at most (kube-controller-manager --max-endpoints-per-slice). */
const maxEndpoints = 100;

export interface SlicePlan {
  readonly create: readonly Draft<EndpointSlice>[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** Endpoints that share family and port numbers, and can therefore share a slice. */
interface Group {
  readonly type: AddressType;
  readonly ports: readonly EndpointSlicePort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** @param existing the slices of the service that are managed by us. */
export function planSlices(service: Service, pods: readonly Pod[], existing: readonly EndpointSlice[]): SlicePlan {
  const groups = groupsOf(service, pods);
  const labels = labelsFor(service);
  const create: Draft<EndpointSlice>[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  let kept = 0;

  const slices = [...existing].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const ours = slices.filter((slice) => isOwnedBy(slice, service));
  const taken = new Set<EndpointSlice>();
  for (const group of groups.values()) {
    const candidates = ours.filter((slice) => groupKey(slice.addressType, slice.ports ?? []) === keyOfGroup(group));
    for (const slice of candidates) taken.add(slice);
    const { contents, rest } = distribute(group.endpoints, candidates);
    for (const [slice, endpoints] of contents) {
      if (endpoints.length === 0) remove.push(slice);
      else {
        kept += 1;
        const same = semanticEqual(slice.endpoints, endpoints) && semanticEqual(slice.metadata.labels, labels);
        if (!same) update.push({ ...slice, metadata: { ...slice.metadata, labels }, endpoints });
      }
    }
    for (let at = 0; at < rest.length; at += maxEndpoints) {
      create.push(newSlice(service, labels, group.type, group.ports, rest.slice(at, at + maxEndpoints)));
    }
  }
  remove.push(...slices.filter((slice) => !taken.has(slice)));
  if (kept > 0 || create.length > 0) return { create, update, remove };

  const placeholder = remove.find((slice) => isOwnedBy(slice, service) && isPlaceholder(slice, labels));
  if (placeholder) return { create, update, remove: remove.filter((slice) => slice !== placeholder) };
  return { create: [newSlice(service, labels, familiesOf(service)[0] ?? 'IPv4', [], [])], update, remove };
}

const familiesOf = ({ spec }: Service): readonly AddressType[] =>
  (spec.ipFamilies?.length ? spec.ipFamilies : ['IPv4']) as readonly AddressType[];

function groupsOf(service: Service, pods: readonly Pod[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  const sorted = pods.filter((pod) => belongs(pod, true)).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const type of familiesOf(service)) {
    for (const pod of sorted) {
      const address = addressOf(pod, type);
      if (address === undefined) continue;
      const ports = portsOf(pod, service);
      const key = groupKey(type, ports);
      const group = groups.get(key) ?? { type, ports, endpoints: new Map() };
      groups.set(key, group);
      const endpoint = endpointOf(pod, service, address);
      group.endpoints.set(identityOf(endpoint), endpoint);
    }
  }
  return groups;
}

/** What slices share whose endpoints may be in one. */
export const groupKey = (type: string, ports: readonly EndpointSlicePort[]): string =>
  [
    type,
    ...ports.map(({ name, port, protocol, appProtocol }) => `${name ?? ''} ${port} ${protocol} ${appProtocol ?? ''}`),
  ].join(';');

const keyOfGroup = ({ type, ports }: Group): string => groupKey(type, ports);

const identityOf = ({ addresses, targetRef }: Endpoint): string => `${targetRef?.uid ?? ''} ${addresses[0]}`;

/** Puts wanted endpoints into the slices; `rest` are those that found no room. */
function distribute(wanted: ReadonlyMap<string, Endpoint>, slices: readonly EndpointSlice[]) {
  const left = new Map(wanted);
  const contents = new Map<EndpointSlice, Endpoint[]>();
  for (const slice of slices) {
    const staying: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const identity = identityOf(endpoint);
      const now = left.get(identity);
      if (now) staying.push(now);
      left.delete(identity);
    }
    contents.set(slice, staying);
  }
  const rest = [...left.values()];
  if (rest.length === 0) return { contents, rest };
  const changed = (slice: EndpointSlice) => !semanticEqual(slice.endpoints, contents.get(slice));
  const room = (slice: EndpointSlice) => Math.max(0, maxEndpoints - (contents.get(slice)?.length ?? 0));
  const fill = (slice: EndpointSlice) => void contents.get(slice)?.push(...rest.splice(0, room(slice)));
  for (const slice of slices.filter(changed)) fill(slice);
  // One slice that has room for all that is left is written; none is written for a part of it.
  const best = slices
    .filter((slice) => rest.length > 0 && room(slice) >= rest.length)
    .sort((a, b) => room(a) - room(b))[0];
  if (best) fill(best);
  return { contents, rest };
}

function newSlice(
  service: Service,
  labels: StringMap,
  addressType: AddressType,
  ports: readonly EndpointSlicePort[],
  endpoints: readonly Endpoint[],
): Draft<EndpointSlice> {
  const { name, namespace } = service.metadata;
  return {
    metadata: {
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      labels,
      ownerReferences: [controllerReference(service)],
    },
    addressType,
    endpoints,
    ports,
  };
}

/** The Service's own labels, and those that say whose the slice is. */
function labelsFor(service: Service): StringMap {
  const { [headlessLabel]: _, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    [managedByLabel]: managedByUs,
    [serviceNameLabel]: service.metadata.name,
    ...(isHeadless(service) && { [headlessLabel]: '' }),
  };
}

const isOwnedBy = (slice: EndpointSlice, service: Service): boolean =>
  slice.metadata.ownerReferences?.some((owner) => owner.uid === service.metadata.uid) ?? false;

const isPlaceholder = (slice: EndpointSlice, labels: StringMap): boolean =>
  !slice.endpoints?.length && !slice.ports?.length && semanticEqual(slice.metadata.labels, labels);
