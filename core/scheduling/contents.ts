// Contents: what a snapshot is made of, as plain lists: to make another one like it, to walk back in time, or to send it to
// another process. Everything else in a snapshot (columns, counts, topologies) follows from these.

import type { DisruptionBudget, NominatedPod } from '../contracts/scheduler.ts';
import type { StringMap } from '../model/meta.ts';
import type { Node } from '../model/node.ts';
import type { PersistentVolume } from '../model/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../model/persistent-volume-claim.ts';
import type { Pod } from '../model/pod.ts';
import type { StorageClass } from '../model/storage-class.ts';

/** What is known besides nodes and pods. */
export interface Tables {
  /** Labels by name. */
  readonly namespaces: Map<string, StringMap>;
  /** By namespace and name. */
  readonly budgets: Map<string, DisruptionBudget>;
  /** By uid of the pod, which is among the pods of its node as well. */
  readonly nominated: Map<string, NominatedPod>;
  /** By namespace and name. */
  readonly claims: Map<string, PersistentVolumeClaim>;
  readonly volumes: Map<string, PersistentVolume>;
  /** StorageClasses. */
  readonly classes: Map<string, StorageClass>;
}

export type TableName = keyof Tables;

export const emptyTables = (): Tables => ({
  namespaces: new Map(),
  budgets: new Map(),
  nominated: new Map(),
  claims: new Map(),
  volumes: new Map(),
  classes: new Map(),
});

/** Tables of their own, of the same objects. */
export const copyOfTables = (tables: Tables): Tables => ({
  namespaces: new Map(tables.namespaces),
  budgets: new Map(tables.budgets),
  nominated: new Map(tables.nominated),
  claims: new Map(tables.claims),
  volumes: new Map(tables.volumes),
  classes: new Map(tables.classes),
});

export interface Contents {
  /** In the view's order. */
  readonly nodes: Node[];
  /** By name of their node, in its order; also of nodes that are not known. */
  readonly pods: Map<string, Pod[]>;
  readonly tables: Tables;
}

/** The same as JSON. */
export interface WrittenContents {
  readonly nodes: readonly Node[];
  readonly pods: readonly (readonly [node: string, pods: readonly Pod[]])[];
  readonly tables: Readonly<Record<string, readonly (readonly [key: string, value: unknown])[]>>;
}

export const writeContents = ({ nodes, pods, tables }: Contents): WrittenContents => ({
  nodes,
  pods: [...pods],
  tables: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, [...table]])),
});

export function readContents({ nodes, pods, tables }: WrittenContents): Contents {
  const read = emptyTables();
  for (const [name, table] of Object.entries(read))
    for (const [key, value] of tables[name] ?? []) (table as Map<string, unknown>).set(key, value);
  return { nodes: [...nodes], pods: new Map(pods.map(([node, list]) => [node, [...list]])), tables: read };
}
