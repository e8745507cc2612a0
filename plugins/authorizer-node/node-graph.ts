// Node graph: what the pods of each node use. A kubelet may read the Secrets, ConfigMaps, claims and volumes of its own
// pods, and speak for their service accounts; of everything else it learns nothing, so that a machine that is broken into
// gives away what runs on it and no more.
//   graph.uses('node-1', 'secrets', 'default/password')
// Always true: a pod counts from when it is placed until it is gone; nothing is walked through for a question, but from a
//   volume to its claim. In real Kubernetes: plugin/pkg/auth/authorizer/node/graph.go.

import { StoreMirror } from '../../core/api/store-mirror.ts';
import type { Store } from '../../core/contracts/store.ts';
import { keyOf } from '../../core/model/meta.ts';
import { type PersistentVolume, PersistentVolumes } from '../../core/model/persistent-volume.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { usesOf } from './uses.ts';

export class NodeGraph {
  readonly #pods: StoreMirror<Pod>;
  readonly #volumes: StoreMirror<PersistentVolume>;
  /** How many pods of a node use a thing: by node, then by `secrets default/password`. */
  readonly #counts = new Map<string, Map<string, number>>();
  /** Pods that have a node, and what was counted for them. */
  readonly #placed = new Map<
    string,
    { readonly node: string; readonly spec: object; readonly uses: ReadonlySet<string> }
  >();
  /** The claim that a volume is bound to: `default/data`. */
  readonly #claims = new Map<string, string>();

  constructor(store: Pick<Store, 'list' | 'watch'>) {
    this.#pods = new StoreMirror<Pod>(store, Pods, {
      changed: (now, before) => this.#pod(now, before),
      cleared: () => {
        this.#counts.clear();
        this.#placed.clear();
      },
    });
    this.#volumes = new StoreMirror<PersistentVolume>(store, PersistentVolumes, {
      changed: (now, before) => this.#volume(now, before),
      cleared: () => this.#claims.clear(),
    });
  }

  /** Undefined when everything is known; else wait for it. */
  ready(): Promise<unknown> | undefined {
    const pods = this.#pods.ready();
    const volumes = this.#volumes.ready();
    return pods || volumes ? Promise.all([pods, volumes]) : undefined;
  }

  /** Whether a pod of the node uses the thing. @param key `default/password`, or the name of what has no namespace */
  uses(node: string, plural: string, key: string): boolean {
    const counts = this.#counts.get(node);
    if (!counts) return false;
    if (plural !== 'persistentvolumes') return counts.has(`${plural} ${key}`);
    const claim = this.#claims.get(key);
    return claim !== undefined && counts.has(`persistentvolumeclaims ${claim}`);
  }

  #pod(now: Pod | undefined, before: Pod | undefined): void {
    const key = keyOf((now ?? before) as Pod);
    const known = this.#placed.get(key);
    // A status is written far more often than a spec, and mostly hands the spec on as it is.
    if (known && now && known.spec === now.spec) return;
    if (known) for (const thing of known.uses) this.#count(known.node, thing, -1);
    this.#placed.delete(key);
    if (!now?.spec.nodeName) return;
    const placed = { node: now.spec.nodeName, spec: now.spec, uses: usesOf(now) };
    for (const thing of placed.uses) this.#count(placed.node, thing, 1);
    this.#placed.set(key, placed);
  }

  #count(node: string, thing: string, by: number): void {
    const counts = this.#counts.get(node) ?? new Map<string, number>();
    this.#counts.set(node, counts);
    const count = (counts.get(thing) ?? 0) + by;
    if (count > 0) counts.set(thing, count);
    else counts.delete(thing);
    if (counts.size === 0) this.#counts.delete(node);
  }

  #volume(now: PersistentVolume | undefined, before: PersistentVolume | undefined): void {
    const { claimRef } = now?.spec ?? {};
    if (now && claimRef) this.#claims.set(now.metadata.name, `${claimRef.namespace}/${claimRef.name}`);
    else this.#claims.delete((now ?? before)!.metadata.name);
  }
}

/** `default/web`, for what has a namespace. */
export const thingKey = (namespace: string | undefined, name: string): string =>
  keyOf({ metadata: { name, ...(namespace && { namespace }) } } as Pod);
