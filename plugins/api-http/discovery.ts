// Discovery: which groups, versions and kinds there are. Two forms of the same facts: the old one, a request for each
// group and version; and the aggregated one (apidiscovery.k8s.io/v2), two requests in all, which clients ask for first.

import type { GroupVersion, Served } from './served.ts';

/** GET /api and /apis in the aggregated form. @param version of apidiscovery.k8s.io: `v2` or `v2beta1` */
export function aggregated(groups: readonly GroupVersion[], root: 'api' | 'apis', version: string): object {
  const items = [...byGroup(groups, root)].map(([name, versions]) => ({
    metadata: { name: name || undefined, creationTimestamp: null },
    versions: versions.map((one) => ({
      version: one.version,
      freshness: 'Current',
      resources: one.resources.map(aggregatedResource),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

const scopeOf = (namespaced: boolean) => (namespaced ? 'Namespaced' : 'Cluster');

function aggregatedResource(served: Served): object {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories, subresources } = served;
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: scopeOf(namespaced),
    singularResource: singular,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((one) => ({
        subresource: one.name,
        responseKind: one.responseKind,
        verbs: one.verbs,
      })),
    }),
  };
}

/** GET /api in the old form. */
export const apiVersions = (address: string): object => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

/** GET /apis in the old form. */
export const apiGroupList = (groups: readonly GroupVersion[]): object => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [...byGroup(groups, 'apis').keys()].map((group) => describeGroup(groups, group)),
});

/** GET /apis/GROUP; undefined when there is no such group. */
export function apiGroup(groups: readonly GroupVersion[], group: string): object | undefined {
  if (!byGroup(groups, 'apis').has(group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(groups, group) };
}

function describeGroup(groups: readonly GroupVersion[], group: string) {
  const versions = groups
    .filter((one) => one.group === group)
    .map(({ name, version }) => ({ groupVersion: name, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** GET /api/v1, GET /apis/GROUP/VERSION; undefined when there is no such version. */
export function apiResourceList(groups: readonly GroupVersion[], group: string, version: string): object | undefined {
  const found = groups.find((one) => one.group === group && one.version === version);
  if (!found) return undefined;
  const resources = found.resources.flatMap(
    ({ kind, plural, singular, namespaced, verbs, shortNames, categories, subresources }) => [
      {
        name: plural,
        singularName: singular,
        namespaced,
        kind,
        verbs,
        ...(shortNames && { shortNames }),
        ...(categories && { categories }),
      },
      ...subresources.map(({ name, responseKind, verbs: subresourceVerbs }) => ({
        name: `${plural}/${name}`,
        singularName: '',
        namespaced,
        ...(responseKind.group !== group && { group: responseKind.group, version: responseKind.version }),
        kind: responseKind.kind,
        verbs: subresourceVerbs,
      })),
    ],
  );
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: found.name, resources };
}

/** /api speaks of the core group, /apis of all others. */
function byGroup(groups: readonly GroupVersion[], root: 'api' | 'apis'): Map<string, GroupVersion[]> {
  const found = new Map<string, GroupVersion[]>();
  for (const one of groups) {
    if ((one.group === '') !== (root === 'api')) continue;
    found.set(one.group, [...(found.get(one.group) ?? []), one]);
  }
  return found;
}
