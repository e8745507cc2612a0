// Pod fields: the downward API, by which a container learns about its own pod (fieldRef, resourceFieldRef).

import type { Container } from '../model/container.ts';
import type { StringMap } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import { parseQuantity, type ResourceList } from '../model/quantity.ts';

/** What is known of the pod on its node before its status says so. */
export interface PodAddresses {
  readonly podIP: string;
  readonly hostIP: string;
}

/** `metadata.labels` as a downward API file shows it: `key="value"`, a line each, sorted. */
const lines = (map: StringMap | undefined): string =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join('\n');

/** The field's value as text. Throws an Error for a path that Kubernetes does not offer. */
export function podField(pod: Pod, fieldPath: string, addresses: PodAddresses): string {
  const { metadata, spec } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (map === 'labels') return metadata.labels?.[key as string] ?? '';
  if (map === 'annotations') return metadata.annotations?.[key as string] ?? '';
  const fields: Readonly<Record<string, () => string>> = {
    'metadata.name': () => metadata.name,
    'metadata.namespace': () => metadata.namespace ?? '',
    'metadata.uid': () => metadata.uid,
    'metadata.labels': () => lines(metadata.labels),
    'metadata.annotations': () => lines(metadata.annotations),
    'spec.nodeName': () => spec.nodeName ?? '',
    'spec.serviceAccountName': () => spec.serviceAccountName ?? '',
    'spec.host': () => spec.nodeName ?? '',
    'status.podIP': () => addresses.podIP,
    'status.podIPs': () => addresses.podIP,
    'status.hostIP': () => addresses.hostIP,
    'status.hostIPs': () => addresses.hostIP,
    'status.phase': () => pod.status?.phase ?? '',
  };
  if (!Object.hasOwn(fields, fieldPath)) throw new Error(`unsupported fieldPath: ${fieldPath}`);
  return (fields[fieldPath] as () => string)();
}

/**
 * `limits.cpu` of a container in units of the divisor, rounded up. A limit that is not set is what the node can give.
 * Throws an Error for a resource of another name.
 */
export function resourceField(
  container: Container,
  resource: string,
  divisor: string | undefined,
  allocatable: ResourceList,
): string {
  const [, kind, name] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  if (!kind || !name) throw new Error(`unsupported container resource : ${resource}`);
  const { limits, requests } = container.resources ?? {};
  const amount =
    (kind === 'limits' ? (limits?.[name] ?? allocatable[name]) : (requests?.[name] ?? limits?.[name])) ?? '0';
  const unit = divisor === undefined || parseQuantity(divisor).nano === 0n ? '1' : divisor;
  const [whole, by] = [parseQuantity(amount).nano, parseQuantity(unit).nano];
  return String((whole + by - 1n) / by);
}
