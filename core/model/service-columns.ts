// What `kubectl get services`, `get endpoints` and `get endpointslices` show.

import { ageColumn, atMostThree, column, formatLabels, nameColumn, none, unset, wide } from './columns.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import type { Endpoints } from './endpoints.ts';
import type { Column } from './resource.ts';
import type { Service } from './service.ts';
import type { ServicePort } from './service-spec.ts';

/** `80/TCP,443:30443/TCP` */
function ports(list: readonly ServicePort[] | undefined): string {
  if (!list?.length) return none;
  return list
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`)
    .join(',');
}

function externalAddresses({ spec, status }: Service): string {
  const given = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName || none;
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
      const all = [...ingress, ...given].filter((one) => one !== '');
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    default:
      return given.length === 0 ? none : given.join(',');
  }
}

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn(),
  column('Type', ({ spec }) => spec.type ?? 'ClusterIP'),
  column('Cluster-IP', ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || none),
  column('External-IP', externalAddresses),
  column('Port(s)', ({ spec }) => ports(spec.ports)),
  ageColumn(),
  wide(column('Selector', ({ spec }) => formatLabels(spec.selector))),
];

function addresses({ subsets }: Endpoints): string {
  const all = (subsets ?? []).flatMap(({ addresses, ports }) =>
    (addresses ?? []).flatMap(({ ip }) =>
      ports?.length ? ports.map(({ port }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)) : [ip],
    ),
  );
  return atMostThree(all, none);
}

export const endpointsColumns: readonly Column<Endpoints>[] = [
  nameColumn(),
  column('Endpoints', addresses),
  ageColumn(),
];

export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  nameColumn(),
  column('AddressType', (slice) => slice.addressType),
  column('Ports', ({ ports }) =>
    atMostThree(
      (ports ?? []).map(({ port }) => (port === undefined || port === null ? '*' : String(port))),
      unset,
    ),
  ),
  column('Endpoints', ({ endpoints }) =>
    atMostThree(
      (endpoints ?? []).flatMap((endpoint) => endpoint.addresses),
      unset,
    ),
  ),
  ageColumn(),
];
