// Resource types: what the server serves, and how users name it (`po`, `pod`, `pods`, `Pod`, `deployments.apps`).

import { apiVersionOf, type ResourceName } from '../../../core/model/resource.ts';
import { KubectlError } from './errors.ts';
import type { Server } from './server.ts';

export interface ResourceType extends ResourceName {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** apidiscovery.k8s.io/v2 */
interface Discovery {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind: { readonly kind: string };
        readonly scope: 'Namespaced' | 'Cluster';
        readonly singularResource?: string;
        readonly verbs: readonly string[];
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

export class ResourceTypes {
  readonly all: readonly ResourceType[];

  constructor(all: readonly ResourceType[]) {
    this.all = all;
  }

  static async discover(server: Server): Promise<ResourceTypes> {
    const answers = await Promise.all(['/api', '/apis'].map((path) => server.get<Discovery>(path, {}, { accept })));
    return new ResourceTypes(answers.flatMap(typesOf));
  }

  /** @throws KubectlError when the server has no such type. */
  find(word: string): ResourceType {
    const [name = '', ...group] = word.split('.');
    const wanted = name.toLowerCase();
    const inGroup = this.all.filter(
      (type) => group.length === 0 || [type.group, `${type.version}.${type.group}`].includes(group.join('.')),
    );
    const found =
      inGroup.find(({ plural, singular }) => plural === wanted || singular === wanted) ??
      inGroup.find(({ shortNames }) => shortNames.includes(wanted)) ??
      inGroup.find(({ kind }) => kind.toLowerCase() === wanted);
    if (!found) throw new KubectlError(`the server doesn't have a resource type "${word}"`);
    return found;
  }

  /** Types of a category, such as `all`; none when there is no such category. */
  category(name: string): readonly ResourceType[] {
    return this.all.filter(({ categories }) => categories.includes(name));
  }

  /** The type of an object from a file. @throws KubectlError */
  of(
    { apiVersion, kind, name }: { readonly apiVersion: string; readonly kind: string; readonly name?: string },
    from: string,
  ): ResourceType {
    const found = this.all.find((type) => type.kind === kind && apiVersionOf(type) === apiVersion);
    if (found) return found;
    const object = name ? `resource mapping not found for name: "${name}" namespace: "" from "${from}"` : `"${from}"`;
    throw new KubectlError(
      `${object}: no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
    );
  }
}

function typesOf({ items }: Discovery): ResourceType[] {
  return items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map((one) => ({
        group: metadata?.name ?? '',
        version,
        plural: one.resource,
        singular: one.singularResource || one.responseKind.kind.toLowerCase(),
        kind: one.responseKind.kind,
        namespaced: one.scope === 'Namespaced',
        shortNames: one.shortNames ?? [],
        categories: one.categories ?? [],
        verbs: one.verbs,
        subresources: (one.subresources ?? []).map(({ subresource }) => subresource),
      })),
    ),
  );
}

/** `/apis/apps/v1/namespaces/default/deployments/web/scale` */
export function pathOf(type: ResourceName, namespace: string | undefined, ...rest: readonly string[]): string {
  const root = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  const within = type.namespaced && namespace ? ['namespaces', namespace] : [];
  return `/${[...root, ...within, type.plural, ...rest].map(encodeURIComponent).join('/')}`;
}

/** `pod`, `deployment.apps`: the type in messages. */
export const typeName = ({ kind, group }: Pick<ResourceName, 'kind' | 'group'>): string =>
  group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
