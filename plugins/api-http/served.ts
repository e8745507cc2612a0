// Served: every path of the API that takes objects, as one list that discovery and OpenAPI are told from.

import { apiVersionOf, type GroupVersionKind, type Resource } from '../../core/model/resource.ts';
import { reviews } from './reviews.ts';

export interface Subresource {
  readonly name: string;
  readonly responseKind: GroupVersionKind;
  readonly verbs: readonly string[];
}

export interface Served extends GroupVersionKind {
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources: readonly Subresource[];
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const ownKind = ['get', 'patch', 'update'];
const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** Subresources that go with a kind of that name, beyond `status` and `scale`. */
const special: Readonly<Record<string, readonly Subresource[]>> = {
  '/namespaces': [
    { name: 'finalize', responseKind: { group: '', version: 'v1', kind: 'Namespace' }, verbs: ['update'] },
  ],
  '/pods': [
    { name: 'attach', responseKind: { group: '', version: 'v1', kind: 'PodAttachOptions' }, verbs: ['create', 'get'] },
    { name: 'binding', responseKind: { group: '', version: 'v1', kind: 'Binding' }, verbs: ['create'] },
    { name: 'eviction', responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] },
    { name: 'exec', responseKind: { group: '', version: 'v1', kind: 'PodExecOptions' }, verbs: ['create', 'get'] },
    { name: 'log', responseKind: { group: '', version: 'v1', kind: 'Pod' }, verbs: ['get'] },
    {
      name: 'portforward',
      responseKind: { group: '', version: 'v1', kind: 'PodPortForwardOptions' },
      verbs: ['create', 'get'],
    },
  ],
  '/serviceaccounts': [
    {
      name: 'token',
      responseKind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
      verbs: ['create'],
    },
  ],
};

function served(resource: Resource): Served {
  const { group, version, kind, plural, singular, namespaced, shortNames, categories, hasStatus, scale } = resource;
  const key = `${group}/${plural}`;
  return {
    group,
    version,
    kind,
    plural,
    singular,
    namespaced,
    verbs: allVerbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    subresources: [
      ...((Object.hasOwn(special, key) && special[key]) || []),
      ...(scale ? [{ name: 'scale', responseKind: scaleKind, verbs: ownKind }] : []),
      ...(hasStatus ? [{ name: 'status', responseKind: { group, version, kind }, verbs: ownKind }] : []),
    ],
  };
}

const servedReviews: readonly Served[] = reviews.map(({ group, version, plural, kind, namespaced = false }) => ({
  group,
  version,
  kind,
  plural,
  singular: kind.toLowerCase(),
  namespaced,
  verbs: ['create'],
  subresources: [],
}));

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  /** `apps/v1` */
  readonly name: string;
  readonly resources: readonly Served[];
}

/** Everything that is served, by group and version: the core group first, the others as they were registered. */
export function groupVersions(resources: readonly Resource[]): GroupVersion[] {
  const found = new Map<string, Served[]>([['v1', []]]);
  for (const one of [...resources.map(served), ...servedReviews]) {
    const name = apiVersionOf(one);
    const others = found.get(name);
    if (others) others.push(one);
    else found.set(name, [one]);
  }
  return [...found].map(([name, members]) => ({
    name,
    group: name === 'v1' ? '' : name.slice(0, name.indexOf('/')),
    version: name.slice(name.indexOf('/') + 1),
    resources: members,
  }));
}
