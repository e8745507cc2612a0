// Service table: what every proxy works from. Services say which addresses and ports there are, EndpointSlices say
// which pods are behind them; this file joins the two, as kube-proxy does, and looks at nothing else.
//   frontendsOf(service, slices)        the frontends of one service
//   replaced(table, replacements)       the table with some services' frontends exchanged, and the ids that differ
//   eligible(frontend, nodeName)        the backends that take a new connection
// Always true: nothing here changes what it was given; the order of backends depends on their addresses alone, so equal
// input gives equal frontends, and a frontend that did not change is the same object as before.

import type { Backend, Frontend, FrontendKind, ServiceTable } from '../contracts/proxy.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import type { ServicePort } from '../model/service-spec.ts';

/** The label by which a slice names its service (discovery.k8s.io/v1 LabelServiceName). */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** A service that carries it is somebody else's to route (kube-proxy leaves it alone). */
const otherProxyLabel = 'service.kubernetes.io/service-proxy-name';
/** Slices of headless services carry it (core/v1 IsHeadlessService). */
export const headlessLabel = 'service.kubernetes.io/headless';

/** Three hours: core/v1 DefaultClientIPServiceAffinitySeconds. */
const defaultAffinitySeconds = 10_800;

export const emptyTable: ServiceTable = { frontends: new Map() };

/** Whether pods find the service by names alone: there is no address to route. */
export const isHeadless = (service: Service): boolean => service.spec.clusterIP === 'None';

/** `namespace/name` of the service that a slice belongs to; undefined when it belongs to none. */
export function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const name = slice.metadata.labels?.[serviceNameLabel];
  return name ? `${slice.metadata.namespace}/${name}` : undefined;
}

/** Every address and port of a service, with the pods behind it. None for headless and ExternalName services. */
export function frontendsOf(service: Service, slices: readonly EndpointSlice[]): Frontend[] {
  const { spec, metadata } = service;
  if (spec.type === 'ExternalName' || isHeadless(service) || !spec.clusterIP) return [];
  if (metadata.labels?.[otherProxyLabel] !== undefined) return [];
  return (spec.ports ?? []).flatMap((port) => frontendsOfPort(service, port, slices));
}

function frontendsOfPort(service: Service, port: ServicePort, slices: readonly EndpointSlice[]): Frontend[] {
  const { spec, metadata } = service;
  const protocol = port.protocol === 'UDP' ? 'UDP' : 'TCP';
  // In real Kubernetes: SCTP is routed too; no program of ours speaks it.
  if (port.protocol === 'SCTP') return [];
  const name = port.name ?? '';
  const base = `${metadata.namespace}/${metadata.name}${name && `:${name}`}`;
  const backends = { IPv4: backendsOf(slices, 'IPv4', name), IPv6: backendsOf(slices, 'IPv6', name) };
  const affinity =
    spec.sessionAffinity === 'ClientIP'
      ? { affinity: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds) * 1000 }
      : {};
  const frontend = (kind: FrontendKind, address: string, number: number, local: boolean, suffix = ''): Frontend => ({
    id: `${base} ${kind}${suffix}`,
    service: { namespace: metadata.namespace ?? '', name: metadata.name, port: name },
    kind,
    address,
    port: number,
    protocol,
    backends: backends[familyOf(address || spec.clusterIP || '')],
    ...affinity,
    local,
  });

  const inside = spec.internalTrafficPolicy === 'Local';
  const outside = spec.externalTrafficPolicy === 'Local';
  const addresses = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  return [
    ...addresses.map((address, at) => frontend('ClusterIP', address, port.port, inside, at > 0 ? ` ${address}` : '')),
    ...(port.nodePort ? [frontend('NodePort', '', port.nodePort, outside)] : []),
    ...(spec.externalIPs ?? []).map((address) => frontend('ExternalIP', address, port.port, outside, ` ${address}`)),
    ...balancerAddresses(service).map((address) =>
      frontend('LoadBalancer', address, port.port, outside, ` ${address}`),
    ),
  ];
}

/** Addresses that a load balancer was given; `ipMode: Proxy` means that it does the routing itself. */
const balancerAddresses = (service: Service): string[] =>
  (service.status?.loadBalancer?.ingress ?? [])
    .filter((ingress) => ingress.ip && ingress.ipMode !== 'Proxy')
    .map((ingress) => ingress.ip ?? '');

const familyOf = (address: string): 'IPv4' | 'IPv6' => (address.includes(':') ? 'IPv6' : 'IPv4');

/**
 * The pods behind a service port. A slice says for itself which number the port has in its pods, so that a named target
 * port may be another number in each slice. Address and port name a backend: told twice, as it happens while a pod moves
 * from slice to slice, the one that can do more counts.
 */
function backendsOf(slices: readonly EndpointSlice[], family: 'IPv4' | 'IPv6', portName: string): Backend[] {
  const found = new Map<string, Backend>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    const port = slice.ports?.find((candidate) => (candidate.name ?? '') === portName)?.port;
    if (!port) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const { conditions } = endpoint;
      const address = endpoint.addresses[0];
      if (!address) continue;
      const ready = conditions?.ready ?? true;
      const backend: Backend = {
        address,
        port,
        ...(endpoint.nodeName && { nodeName: endpoint.nodeName }),
        ready,
        serving: conditions?.serving ?? ready,
        terminating: conditions?.terminating ?? false,
      };
      const key = `${address} ${port}`;
      const known = found.get(key);
      if (!known || rank(backend) > rank(known)) found.set(key, backend);
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, backend]) => backend);
}

const rank = (backend: Backend): number => (backend.ready ? 2 : 0) + (backend.serving ? 1 : 0);

/**
 * The backends that take a new connection: those that are ready; if there are none, those that still serve while they
 * terminate, so that the last pods of a rollout finish their work (KEP-1669). With policy Local, of this node alone.
 */
export function eligible(frontend: Frontend, nodeName?: string): readonly Backend[] {
  const near =
    frontend.local && nodeName !== undefined
      ? frontend.backends.filter((backend) => backend.nodeName === nodeName)
      : frontend.backends;
  const ready = near.filter((backend) => backend.ready);
  return ready.length > 0 ? ready : near.filter((backend) => backend.serving && backend.terminating);
}

/** What one service has in the table, and what it should have. */
export interface Replacement {
  readonly previous: readonly Frontend[];
  readonly next: readonly Frontend[];
}

/** The table with other frontends for some services, and the ids of those that came, went or differ. */
export function replaced(
  table: ServiceTable,
  replacements: Iterable<Replacement>,
): { readonly table: ServiceTable; readonly changed: ReadonlySet<string> } {
  const changed = new Set<string>();
  const frontends = new Map(table.frontends);
  for (const { previous, next } of replacements) {
    const wanted = new Set(next.map((frontend) => frontend.id));
    for (const { id } of previous) if (!wanted.has(id) && frontends.delete(id)) changed.add(id);
    for (const frontend of next) {
      if (sameFrontend(frontends.get(frontend.id), frontend)) continue;
      frontends.set(frontend.id, frontend);
      changed.add(frontend.id);
    }
  }
  return changed.size === 0 ? { table, changed } : { table: { frontends }, changed };
}

function sameFrontend(a: Frontend | undefined, b: Frontend): boolean {
  return (
    a !== undefined &&
    a.address === b.address &&
    a.port === b.port &&
    a.protocol === b.protocol &&
    a.affinity === b.affinity &&
    a.local === b.local &&
    a.backends.length === b.backends.length &&
    a.backends.every((backend, at) => sameBackend(backend, b.backends[at] as Backend))
  );
}

const sameBackend = (a: Backend, b: Backend): boolean =>
  a.address === b.address &&
  a.port === b.port &&
  a.nodeName === b.nodeName &&
  a.ready === b.ready &&
  a.serving === b.serving &&
  a.terminating === b.terminating;
