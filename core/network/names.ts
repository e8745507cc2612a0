// Names: what the cluster's DNS would say of services and their pods (github.com/kubernetes/dns, specification 1.1).
//   web.default.svc.cluster.local               the service's address; of a headless service, its pods' addresses
//   web-0.web.default.svc.cluster.local         a pod of a headless service, by its hostname
//   10-244-0-5.web.default.svc.cluster.local    the same for a pod that has no hostname of its own
//   db.default.svc.cluster.local                of an ExternalName service: another name (CNAME)
// Always true: only pods that are ready have names (or all of them, where the service publishes what is not ready:
// the endpoints controller marks those as ready); records of one service depend on that service and its slices alone.

import type { NameRecord } from '../contracts/network.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import { isHeadless } from './service-table.ts';

/** The records of one service. None for a service without an address and without pods that are ready. */
export function namesOf(
  service: Service,
  slices: readonly EndpointSlice[],
  domain = 'cluster.local',
): readonly NameRecord[] {
  const name = `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}`;
  if (service.spec.type === 'ExternalName') {
    const { externalName } = service.spec;
    return externalName ? [{ name, addresses: [], alias: externalName }] : [];
  }
  if (!isHeadless(service)) {
    const addresses = service.spec.clusterIPs?.length ? service.spec.clusterIPs : [service.spec.clusterIP ?? ''];
    return addresses[0] ? [{ name, addresses }] : [];
  }
  const pods = new Map<string, Set<string>>();
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue;
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      for (const address of endpoint.addresses) {
        const host = endpoint.hostname ?? address.replaceAll(/[.:]/g, '-');
        pods.set(host, (pods.get(host) ?? new Set()).add(address));
      }
    }
  }
  if (pods.size === 0) return [];
  const all = new Set([...pods.values()].flatMap((addresses) => [...addresses]));
  const hosts = [...pods].map(([host, addresses]) => ({ name: `${host}.${name}`, addresses: [...addresses].sort() }));
  return [{ name, addresses: [...all].sort() }, ...hosts.sort((a, b) => (a.name < b.name ? -1 : 1))];
}
