// History: every change of every object, in order, by whom; and the cluster as those changes leave it. It comes from the
// API's audit, so it is what happened, not what anybody believes.
//
//   history.pods()                     as they stand now, without asking anybody
//   history.timeline('Pod default/web-4', faults)
// Always true: who is told of a change finds the history already showing it.

import type { Audit, AuditEntry } from '../../core/api/audit.ts';
import { type KubeObject, keyOf } from '../../core/model/meta.ts';
import type { ResourceName } from '../../core/model/resource.ts';
import type { Line, TimelineRow } from './lab.ts';

export interface Change {
  /** Seconds of virtual time since the check began. */
  readonly at: number;
  /** Of the object after the change; of its last state, when it is gone. */
  readonly revision: number;
  /** `created`, `updated`, `status`, `bound`, `terminating`, `deleted`, ... */
  readonly what: string;
  readonly kind: string;
  /** `default/web-4` */
  readonly key: string;
  /** As it is now; as it was last, when it is gone. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  /** `you`, `the check`, `kubelet node-1`, `controller-endpoints`, ... */
  readonly by: string;
  /** Where in the student's file, if they did it and it is known. */
  readonly line?: Line;
}

/** What the student's part calls itself towards the API, and what the check does. */
export const you = 'you';
export const theCheck = 'the check';

/** How an object is named in messages and timelines. */
export const named = (kind: string, key: string): string => `${kind} ${key}`;

export class History {
  readonly changes: Change[] = [];
  /** Called with each change, after `changes` and the objects show it. */
  onChange: (change: Change) => void = () => {};
  /** The line of the student's call that makes a change, where it is known. */
  lineOf: (entry: AuditEntry) => Line | undefined = () => undefined;
  readonly #seconds: () => number;
  readonly #objects = new Map<string, Map<string, KubeObject>>();

  /** @param seconds since the check began */
  constructor(seconds: () => number) {
    this.#seconds = seconds;
  }

  readonly audit: Audit = (entry) => {
    const { resource, object, previous, resourceVersion } = entry;
    const shown = (object ?? previous)!;
    const key = keyOf(shown);
    const objects = this.#of(resource.kind);
    if (object) objects.set(key, object);
    else objects.delete(key);
    const by = whoIs(entry);
    const line = by === you ? this.lineOf(entry) : undefined;
    const change: Change = {
      at: this.#seconds(),
      revision: Number(resourceVersion),
      what: whatIs(entry),
      kind: resource.kind,
      key,
      object: shown,
      previous,
      by,
      ...(line && { line }),
    };
    this.changes.push(change);
    this.onChange(change);
  };

  /** An object as it stands; undefined when there is none. */
  get<T extends KubeObject>({ kind }: Pick<ResourceName, 'kind'>, key: string): T | undefined {
    return this.#of(kind).get(key) as T | undefined;
  }

  /** All objects of a kind as they stand, oldest first. */
  list<T extends KubeObject>({ kind }: Pick<ResourceName, 'kind'>, namespace?: string): T[] {
    const all = [...this.#of(kind).values()] as T[];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** What became of an object, and the faults meanwhile. */
  timeline(object: string | undefined, faults: readonly TimelineRow[]): TimelineRow[] {
    const rows = this.changes
      .filter(({ kind, key }) => named(kind, key) === object)
      .map(({ at, what, by, line }): TimelineRow => ({ at, what, object: object!, by, ...(line && { line }) }));
    return [...rows, ...faults].sort((a, b) => a.at - b.at);
  }

  #of(kind: string): Map<string, KubeObject> {
    let objects = this.#objects.get(kind);
    if (!objects) {
      objects = new Map();
      this.#objects.set(kind, objects);
    }
    return objects;
  }
}

function whatIs({ verb, subresource, object, previous }: AuditEntry): string {
  if (!object) return 'deleted';
  if (!previous) return 'created';
  if (subresource === 'binding') return 'bound';
  if (object.metadata.deletionTimestamp && !previous.metadata.deletionTimestamp) return 'terminating';
  if (subresource !== undefined) return subresource;
  return verb.startsWith('delete') ? 'terminating' : 'updated';
}

function whoIs({ user, userAgent }: AuditEntry): string {
  const node = /^system:node:(.*)$/.exec(user)?.[1];
  if (node !== undefined) return `kubelet ${node}`;
  return userAgent ?? user.replace(/^system:/, '');
}
