// Bootstrap: what is in a cluster before anybody has put anything in: the four namespaces, the two priority classes of the
// system, and the Service `kubernetes` by which pods find the API. In Kubernetes the API server does it
// (pkg/controlplane/controller, pkg/registry/scheduling/rest).

import type { ApiClient } from '../contracts/api-client.ts';
import { EndpointSlices } from '../model/endpoint-slice.ts';
import { Endpointses } from '../model/endpoints.ts';
import type { Draft, KubeObject } from '../model/meta.ts';
import { Namespaces } from '../model/namespace.ts';
import { PriorityClasses } from '../model/priority-class.ts';
import { systemPriorityClasses } from '../model/priority-class-rules.ts';
import type { ResourceHandle } from '../model/resource.ts';
import { Services } from '../model/service.ts';
import { ApiError } from '../model/status.ts';

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Creates the namespaces that are missing. */
export async function bootstrapNamespaces(client: ApiClient): Promise<void> {
  for (const name of namespaces) await ensure(client, Namespaces, { metadata: { name }, spec: {} });
}

/** Creates the priority classes that only the system may define. */
export async function bootstrapPriorityClasses(client: ApiClient): Promise<void> {
  for (const systemClass of systemPriorityClasses) await ensure(client, PriorityClasses, systemClass);
}

/**
 * Creates the Service `kubernetes` with its endpoints, or corrects what a former run left.
 * @param clusterIP the first address of the service range
 * @param address where pods reach the API server, and its port there
 */
export async function bootstrapApiService(
  client: ApiClient,
  clusterIP: string,
  address: { readonly host: string; readonly port: number },
): Promise<void> {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  const metadata = { name: 'kubernetes', namespace: 'default', labels };
  const ports = [{ name: 'https', port: address.port, protocol: 'TCP' }];
  await replace(client, Services, {
    metadata,
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: address.port }],
    },
  });
  await replace(client, Endpointses, {
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address.host }], ports }],
  });
  await replace(client, EndpointSlices, {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address.host], conditions: { ready: true } }],
    ports,
  });
}

/** Creates the object unless it is there. */
async function ensure<T extends KubeObject>(
  client: ApiClient,
  resource: ResourceHandle<T>,
  object: Draft<T>,
): Promise<void> {
  if (!(await exists(client, resource, object))) await create(client, resource, object);
}

/** Creates the object, or makes what is there like it. */
async function replace<T extends KubeObject>(
  client: ApiClient,
  resource: ResourceHandle<T>,
  object: Draft<T>,
): Promise<void> {
  if (!(await exists(client, resource, object))) return create(client, resource, object);
  await objects(client, resource, object).patch(object.metadata.name ?? '', object, { type: 'merge' });
}

const objects = <T extends KubeObject>(client: ApiClient, resource: ResourceHandle<T>, { metadata }: Draft<T>) =>
  metadata.namespace === undefined ? client.of(resource) : client.of(resource).in(metadata.namespace);

/** Asked first: an address that is in use is refused before the name is looked at. */
async function exists<T extends KubeObject>(client: ApiClient, resource: ResourceHandle<T>, object: Draft<T>) {
  const found = await objects(client, resource, object)
    .get(object.metadata.name ?? '')
    .catch(unless('NotFound'));
  return found !== undefined;
}

/** Another server of the same store may have been faster. */
async function create<T extends KubeObject>(client: ApiClient, resource: ResourceHandle<T>, object: Draft<T>) {
  await objects(client, resource, object).create(object).catch(unless('AlreadyExists'));
}

/** Passes over one kind of refusal. */
const unless = (reason: string) => (error: unknown) => {
  if (!(error instanceof ApiError && error.reason === reason)) throw error;
};
