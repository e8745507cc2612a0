// Pod endpoints: what a Service's pods are to those who connect to it. Decides only; both controllers are built on it.
// In Kubernetes: staging/src/k8s.io/endpointslice (utils.go) and pkg/controller/endpoint.

import { isTrue } from '../../core/model/conditions.ts';
import type { Endpoint, EndpointSlicePort } from '../../core/model/endpoint-slice.ts';
import type { StringMap } from '../../core/model/meta.ts';
import type { ObjectReference } from '../../core/model/object-reference.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Service } from '../../core/model/service.ts';
import type { ServicePort } from '../../core/model/service-spec.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** Whether the Service has pods of its own choice. Without a selector its endpoints are somebody else's to write. */
export const hasSelector = ({ spec }: Service): boolean =>
  spec.selector !== undefined && Object.keys(spec.selector).length > 0 && spec.type !== 'ExternalName';

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** Whether the labels have all that the selector asks for. */
export const selects = (selector: StringMap, labels: StringMap): boolean =>
  Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

export const isReady = (pod: Pod): boolean => isTrue(pod.status?.conditions, 'Ready');

/** A pod can be connected to while it has an address and has not ended. Pods on their way out count where they are told apart. */
export function belongs({ metadata, status }: Pod, terminatingToo: boolean): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false;
  if (!status?.podIP && !status?.podIPs?.length) return false;
  return terminatingToo || metadata.deletionTimestamp === undefined;
}

/** The pod's address of that family. */
export function addressOf({ status }: Pod, type: AddressType): string | undefined {
  const addresses = status?.podIPs?.length ? status.podIPs.map(({ ip }) => ip) : [status?.podIP ?? ''];
  return addresses.find((address) => address !== '' && address.includes(':') === (type === 'IPv6'));
}

/** Headless services give their pods names: those that say so in their spec. */
export const hostnameOf = ({ spec, metadata }: Pod, service: Service): string | undefined =>
  spec.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace
    ? spec.hostname
    : undefined;

export const targetOf = ({ metadata }: Pod): ObjectReference => ({
  kind: 'Pod',
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
  name: metadata.name,
  uid: metadata.uid,
});

export function endpointOf(pod: Pod, service: Service, address: string): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameOf(pod, service);
  // In real Kubernetes: `zone` too, from the node's label, and hints for topology aware routing.
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && { hostname }),
    targetRef: targetOf(pod),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
  };
}

/** The service's ports as numbers in this pod. A name that the pod does not know is left out. */
export function portsOf(pod: Pod, service: Service): EndpointSlicePort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = numberOf(servicePort, pod);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return { name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) };
  });
}

function numberOf({ targetPort, port, protocol = 'TCP' }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const candidate of container.ports ?? []) {
      if (candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol) return candidate.containerPort;
    }
  }
  return undefined;
}

/** Whether a change of the pod can change anybody's endpoints. Most changes (a container restarts, time passes) cannot. */
export function sameForServices(pod: Pod, previous: Pod): boolean {
  const facts = ({ metadata, spec, status }: Pod) => [
    metadata.uid,
    metadata.deletionTimestamp !== undefined,
    metadata.labels,
    spec.nodeName,
    spec.hostname,
    spec.subdomain,
    status?.podIP,
    status?.podIPs,
    status?.phase === 'Succeeded' || status?.phase === 'Failed',
  ];
  return isReady(pod) === isReady(previous) && JSON.stringify(facts(pod)) === JSON.stringify(facts(previous));
}
