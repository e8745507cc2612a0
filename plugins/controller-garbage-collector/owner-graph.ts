// OwnerGraph: who owns whom, over all kinds, read from one informer a kind. There is no graph kept: each informer files
// its objects under their owners' uids, and that is enough to walk in both directions.
// In Kubernetes: pkg/controller/garbagecollector/graph_builder.go, which keeps nodes and edges in a structure of its own.

import type { Informer, Informers } from '../../core/contracts/controller.ts';
import { type KubeObject, keyOf, type OwnerReference } from '../../core/model/meta.ts';
import { apiVersionOf, type Resource } from '../../core/model/resource.ts';
import { foreground, hasFinalizer, isGoing } from './going.ts';

/** An object and the kind it is of. */
export interface Item {
  readonly resource: Resource;
  readonly object: KubeObject;
}

interface Kind {
  readonly resource: Resource;
  readonly informer: Informer;
}

const byOwner = 'owner uid';
const none: readonly OwnerReference[] = [];
export const ownersOf = ({ metadata }: KubeObject): readonly OwnerReference[] => metadata.ownerReferences ?? none;

export class OwnerGraph {
  readonly kinds: readonly Kind[];
  readonly #byPlural = new Map<string, Kind>();
  readonly #byKind = new Map<string, Kind>();

  constructor(resources: readonly Resource[], informers: Informers) {
    this.kinds = resources.map((resource) => {
      const informer = informers.of(resource);
      informer.index(byOwner, (object) => ownersOf(object).map(({ uid }) => uid));
      return { resource, informer };
    });
    for (const kind of this.kinds) {
      this.#byPlural.set(plural(kind.resource), kind);
      this.#byKind.set(`${kind.resource.group}/${kind.resource.kind}`, kind);
    }
  }

  /** Names an object among all kinds: `apps/v1|replicasets|default/web-5d4`. */
  keyOf({ resource, object }: Item): string {
    return `${plural(resource)}|${keyOf(object)}`;
  }

  /** The object of a key, as the cache has it. */
  get(key: string): Item | undefined {
    const at = key.lastIndexOf('|');
    const kind = this.#byPlural.get(key.slice(0, at));
    const object = kind?.informer.get(key.slice(at + 1));
    return kind && object && { resource: kind.resource, object };
  }

  dependentsOf({ metadata }: KubeObject): Item[] {
    return this.kinds.flatMap(({ resource, informer }) =>
      informer.by(byOwner, metadata.uid).map((object) => ({ resource, object })),
    );
  }

  /** The kind that a reference speaks of, in whatever version; undefined when it is none of ours. */
  resourceOf({ apiVersion, kind }: OwnerReference): Resource | undefined {
    const slash = apiVersion.indexOf('/');
    return this.#byKind.get(`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`)?.resource;
  }

  /** The owner as the cache has it; undefined when the cache does not show it, or shows a namesake. */
  ownerOf({ metadata }: KubeObject, reference: OwnerReference): Item | undefined {
    const resource = this.resourceOf(reference);
    if (!resource) return undefined;
    const key = resource.namespaced ? `${metadata.namespace}/${reference.name}` : reference.name;
    const object = this.#byPlural.get(plural(resource))?.informer.get(key);
    return object?.metadata.uid === reference.uid ? { resource, object } : undefined;
  }

  /** Whether somebody should look at the object: it waits for us, or one of its owners is missing or waits for it to go. */
  needsLook(object: KubeObject): boolean {
    if (isGoing(object)) return hasFinalizer(object, 'orphan') || hasFinalizer(object, foreground);
    return ownersOf(object).some((reference) => {
      const owner = this.ownerOf(object, reference)?.object;
      return owner ? waitsForDependents(owner) : this.resourceOf(reference) !== undefined;
    });
  }
}

export const waitsForDependents = (object: KubeObject): boolean => isGoing(object) && hasFinalizer(object, foreground);

const plural = (resource: Resource): string => `${apiVersionOf(resource)}|${resource.plural}`;
