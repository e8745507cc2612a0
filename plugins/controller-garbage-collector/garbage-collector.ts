// GarbageCollector: what belongs to something goes when that goes.
//
//   background (usual)   the owner goes at once; then everything whose owners are all gone
//   foreground           the owner stays, marked, until the dependents that block it are gone
//   orphan               the dependents lose their owner reference and stay
//
// Always true: nothing is deleted on the word of a cache. Before an object is deleted, it and its owners are asked for
// in the API, by uid: a namesake of a dead owner is no owner, and an owner that the cache does not show yet is one.
// In Kubernetes: pkg/controller/garbagecollector/garbagecollector.go.

import type { ApiClient, PropagationPolicy, ResourceClient } from '../../core/contracts/api-client.ts';
import {
  type Change,
  type Controller,
  done,
  type Informers,
  type Result,
  type Source,
} from '../../core/contracts/controller.ts';
import { from, sides } from '../../core/control/sources.ts';
import type { KubeObject, OwnerReference } from '../../core/model/meta.ts';
import type { Resource } from '../../core/model/resource.ts';
import { ApiError } from '../../core/model/status.ts';
import { foreground, hasFinalizer, isGoing, orphan } from './going.ts';
import { type Item, OwnerGraph, ownersOf, waitsForDependents } from './owner-graph.ts';

export interface GarbageCollectorOptions {
  readonly client: ApiClient;
  /** All kinds that can own or be owned. */
  readonly resources: readonly Resource[];
}

/** Uids of owners known to be gone that are remembered, at most. A uid never comes back. */
const remembered = 500;
/** News about an object is not owned by it, and ages out by itself. */
const ignored = new Set(['events']);

/** What the API says of an object's owners. */
interface Owners {
  /** There, or of a kind that we do not know. */
  readonly solid: readonly OwnerReference[];
  /** Gone. */
  readonly dangling: readonly OwnerReference[];
  /** On their way out, and waiting for their dependents. */
  readonly waiting: readonly OwnerReference[];
}

/** Most changes are of a status, or a lease that is renewed: they cost nothing here. */
function touchesOwnership({ type, object, previous }: Change): boolean {
  if (type !== 'apply' || !previous) return true;
  const { metadata: now } = object;
  const { metadata: before } = previous;
  return (
    now.uid !== before.uid ||
    now.ownerReferences !== before.ownerReferences ||
    now.finalizers !== before.finalizers ||
    now.deletionTimestamp !== before.deletionTimestamp
  );
}

export class GarbageCollector implements Controller {
  readonly name = 'garbage-collector';
  readonly workers = 20;
  readonly #options: GarbageCollectorOptions;
  readonly #absent = new Set<string>();
  #graph!: OwnerGraph;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
  }

  sources(informers: Informers): readonly Source[] {
    const resources = this.#options.resources.filter(({ plural }) => !ignored.has(plural));
    this.#graph = new OwnerGraph(resources, informers);
    return this.#graph.kinds.map(({ resource, informer }) =>
      from(informer, (change) => (touchesOwnership(change) ? this.#concerned(resource, change) : [])),
    );
  }

  async reconcile(key: string): Promise<Result> {
    const item = this.#graph.get(key);
    if (!item || !this.#graph.needsLook(item.object)) return done;
    const object = await this.#live(item.resource, item.object.metadata.namespace, item.object.metadata.name);
    if (object?.metadata.uid !== item.object.metadata.uid) return done;
    const fresh = { ...item, object };
    if (isGoing(object)) await this.#letGo(fresh);
    else await this.#judge(fresh);
    return done;
  }

  /** The object itself, if it is worth a look; its dependents when it goes; owners that wait for it. */
  *#concerned(resource: Resource, change: Change): Iterable<string> {
    const { object, type } = change;
    if (type === 'apply' && this.#graph.needsLook(object)) yield this.#graph.keyOf({ resource, object });
    if (type === 'delete' || waitsForDependents(object)) {
      for (const dependent of this.#graph.dependentsOf(object)) yield this.#graph.keyOf(dependent);
    }
    for (const side of sides(change)) {
      for (const reference of ownersOf(side)) {
        const owner = this.#graph.ownerOf(side, reference);
        if (owner && waitsForDependents(owner.object)) yield this.#graph.keyOf(owner);
      }
    }
  }

  /** The object is marked: do what its finalizers of ours ask for, then take them off. */
  async #letGo(item: Item): Promise<void> {
    const dependents = this.#graph.dependentsOf(item.object);
    const { uid } = item.object.metadata;
    if (hasFinalizer(item.object, orphan)) {
      await Promise.all(dependents.map((dependent) => this.#disown(dependent, new Set([uid]))));
      await this.#takeOff(item, orphan);
    } else if (hasFinalizer(item.object, foreground)) {
      const isBlocked = dependents.some(({ object }) =>
        ownersOf(object).some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true),
      );
      if (!isBlocked) await this.#takeOff(item, foreground);
    }
  }

  /** The object has owners: does one of them keep it? */
  async #judge(item: Item): Promise<void> {
    const { solid, dangling, waiting } = await this.#classify(item.object);
    const lost = [...dangling, ...waiting];
    if (lost.length === 0) return;
    if (solid.length > 0) return this.#disown(item, new Set(lost.map(({ uid }) => uid)));
    const dependents = this.#graph.dependentsOf(item.object);
    if (waiting.length > 0 && dependents.length > 0) {
      // A circle of owners would wait for itself for ever: this one gives way.
      if (dependents.some(({ object }) => waitsForDependents(object))) await this.#unblock(item);
      return this.#delete(item, 'Foreground');
    }
    // What the object was asked for itself goes before the rule.
    const own = hasFinalizer(item.object, orphan)
      ? 'Orphan'
      : hasFinalizer(item.object, foreground)
        ? 'Foreground'
        : 'Background';
    return this.#delete(item, own);
  }

  async #classify(object: KubeObject): Promise<Owners> {
    const owners = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[] };
    for (const reference of ownersOf(object)) {
      const resource = this.#graph.resourceOf(reference);
      // A kind that is not served here, or an owner that could not be named from where the object is: leave it alone.
      if (!resource || (resource.namespaced && object.metadata.namespace === undefined)) owners.solid.push(reference);
      else if (this.#absent.has(reference.uid)) owners.dangling.push(reference);
      else {
        const owner = await this.#live(resource, object.metadata.namespace, reference.name);
        if (owner?.metadata.uid !== reference.uid) this.#remember(reference.uid);
        if (owner?.metadata.uid !== reference.uid) owners.dangling.push(reference);
        else (waitsForDependents(owner) ? owners.waiting : owners.solid).push(reference);
      }
    }
    return owners;
  }

  #remember(uid: string): void {
    this.#absent.add(uid);
    if (this.#absent.size > remembered) this.#absent.delete(this.#absent.values().next().value ?? '');
  }

  /** Only as it was judged: whoever gave it a new owner meanwhile has saved it. */
  async #delete({ resource, object }: Item, propagationPolicy: PropagationPolicy): Promise<void> {
    const { name, uid, resourceVersion } = object.metadata;
    const options = { propagationPolicy, preconditions: { uid, resourceVersion } };
    await this.#door(resource, object.metadata.namespace).delete(name, options).catch(ignoreMissing);
  }

  async #disown(item: Item, owners: ReadonlySet<string>): Promise<void> {
    const ownerReferences = ownersOf(item.object).filter(({ uid }) => !owners.has(uid));
    await this.#change(item, { ownerReferences });
  }

  async #unblock(item: Item): Promise<void> {
    await this.#change(item, {
      ownerReferences: ownersOf(item.object).map((reference) => ({ ...reference, blockOwnerDeletion: false })),
    });
  }

  async #takeOff(item: Item, finalizer: string): Promise<void> {
    await this.#change(item, {
      finalizers: (item.object.metadata.finalizers ?? []).filter((one) => one !== finalizer),
    });
  }

  /** Lists are replaced whole, so only in the state that they were read in. */
  async #change({ resource, object }: Item, metadata: object): Promise<void> {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const patch = { metadata: { uid, resourceVersion, ...metadata } };
    await this.#door(resource, namespace).patch(name, patch, { type: 'merge' }).catch(ignoreMissing);
  }

  /** The object as the API has it now. */
  #live(resource: Resource, namespace: string | undefined, name: string): Promise<KubeObject | undefined> {
    return this.#door(resource, namespace).get(name).catch(ignoreMissing);
  }

  #door(resource: Resource, namespace: string | undefined): ResourceClient<KubeObject> {
    const all = this.#options.client.of(resource);
    return resource.namespaced && namespace !== undefined ? all.in(namespace) : all;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 404) return undefined;
  throw error;
}
