// Endpoints of a Service: addresses that share their port numbers make a subset; ready ones and others apart. Decides only.
// In Kubernetes: pkg/controller/endpoint/endpoints_controller.go and pkg/api/v1/endpoints (RepackSubsets).

import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../../core/model/endpoints.ts';
import type { Draft } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Service } from '../../core/model/service.ts';
import { headlessLabel } from '../../core/network/service-table.ts';
import { addressOf, belongs, hostnameOf, isHeadless, isReady, portsOf, targetOf } from './pod-endpoints.ts';

/** Addresses in one Endpoints object, at most; an object must fit into a request. */
const maxAddresses = 1000;
const overCapacity = 'endpoints.kubernetes.io/over-capacity';

interface Subset {
  readonly ports: readonly EndpointPort[];
  readonly addresses: EndpointAddress[];
  readonly notReadyAddresses: EndpointAddress[];
}

export function endpointsFor(service: Service, pods: readonly Pod[]): Draft<Endpoints> {
  const { name, namespace, labels = {} } = service.metadata;
  const { [headlessLabel]: _, ...own } = labels;
  const { subsets, truncated } = capped(subsetsOf(service, pods));
  // In real Kubernetes: the annotation endpoints.kubernetes.io/last-change-trigger-time too, for measuring delays.
  return {
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: { ...own, ...(isHeadless(service) && { [headlessLabel]: '' }) },
      ...(truncated && { annotations: { [overCapacity]: 'truncated' } }),
    },
    subsets,
  };
}

function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const unreadyToo = service.spec.publishNotReadyAddresses === true;
  const family = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const subsets = new Map<string, Subset>();
  for (const pod of pods) {
    const ip = belongs(pod, unreadyToo) ? addressOf(pod, family) : undefined;
    if (ip === undefined) continue;
    const ports = portsOf(pod, service).map(withoutEmptyName).sort(byName);
    // A headless service may have no ports: its names lead to pods all the same.
    if (ports.length === 0 && !(isHeadless(service) && !service.spec.ports?.length)) continue;
    const key = JSON.stringify(ports);
    const subset = subsets.get(key) ?? { ports, addresses: [], notReadyAddresses: [] };
    subsets.set(key, subset);
    const hostname = hostnameOf(pod, service);
    (unreadyToo || isReady(pod) ? subset.addresses : subset.notReadyAddresses).push({
      ip,
      ...(hostname !== undefined && { hostname }),
      ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
      targetRef: targetOf(pod),
    });
  }
  for (const { addresses, notReadyAddresses } of subsets.values()) {
    addresses.sort(byAddress);
    notReadyAddresses.sort(byAddress);
  }
  return [...subsets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subset]) => subset);
}

/** Leaves out what is more than fits, the addresses that are not ready first. */
function capped(subsets: readonly Subset[]): { subsets: EndpointSubset[]; truncated: boolean } {
  let room = maxAddresses;
  let truncated = false;
  const take = (addresses: readonly EndpointAddress[]) => {
    const some = addresses.slice(0, room);
    room -= some.length;
    truncated ||= some.length < addresses.length;
    return some;
  };
  const ready = subsets.map((subset) => take(subset.addresses));
  const notReady = subsets.map((subset) => take(subset.notReadyAddresses));
  const cut = subsets.map(({ ports }, at) => ({
    ...(ready[at]?.length && { addresses: ready[at] }),
    ...(notReady[at]?.length && { notReadyAddresses: notReady[at] }),
    ...(ports.length > 0 && { ports }),
  })) as EndpointSubset[];
  return { subsets: cut.filter((subset) => subset.addresses || subset.notReadyAddresses), truncated };
}

const withoutEmptyName = ({ name, ...port }: EndpointPort): EndpointPort => ({ ...(name && { name }), ...port });
const byName = (a: EndpointPort, b: EndpointPort): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
const byAddress = (a: EndpointAddress, b: EndpointAddress): number => (a.ip < b.ip ? -1 : 1);
