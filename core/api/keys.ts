// Keys: where an object is in the store. /registry/<plural>/<namespace>/<name>, or without namespace, as in etcd of a
// real cluster; some old kinds have another word there (nodes are `minions`), and a kind that Kubernetes does not know is
// below its group, as custom resources are: /registry/example.com/backups/default/nightly. A name that could leave its place ('..', '/', '%') never becomes a key.

import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { badRequest } from '../model/status.ts';

/** What all keys of a kind begin with, or those of one namespace. */
export function prefixOf(resource: Resource, namespace?: string): string {
  const { plural, storageName = isKubernetes(resource.group) ? plural : `${resource.group}/${plural}` } = resource;
  const kind = `/registry/${storageName}/`;
  return namespace ? `${kind}${checked('Namespace', namespace)}/` : kind;
}

export const keyFor = (resource: Resource, namespace: string | undefined, name: string): string =>
  prefixOf(resource, resource.namespaced ? namespace : undefined) + checked('Name', name);

export const keyOfObject = (resource: Resource, { metadata }: KubeObject): string =>
  keyFor(resource, metadata.namespace, metadata.name);

/** '', apps, batch, policy, coordination.k8s.io, ... */
const isKubernetes = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

function checked(what: string, text: string): string {
  const wrong =
    text === '.' || text === '..'
      ? `may not be '${text}'`
      : text.includes('/')
        ? "may not contain '/'"
        : text.includes('%')
          ? "may not contain '%'"
          : undefined;
  if (wrong) throw badRequest(`${what} parameter invalid: ${JSON.stringify(text)}: ${wrong}`);
  if (text === '') throw badRequest(`${what} parameter required.`);
  return text;
}
