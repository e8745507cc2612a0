// Resource: an API kind as the API server knows it. One constant a kind (`Pods`, `Nodes`, ...), beside the kind's class;
// it is also the handle that clients name the kind by: `client.of(Pods).in('default').get('web')`.
//
// In a write the hooks are called in this order, each at most once:
//   create   default > prepareForCreate > (admission) > rules of the class > validate
//   update   default > prepareForUpdate > (admission) > rules of the class > validate > validateUpdate
// Hooks that give an object return the one they were given, or a changed copy; they never change what they got.

import { contribution } from '../cluster/token.ts';
import type { KubeObject } from './meta.ts';
import type { Cause } from './status.ts';

export interface GroupVersionKind {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What it takes to speak of a kind's objects: enough for a client, and for kinds known only at run time. */
export interface ResourceName {
  readonly group: string;
  readonly version: string;
  /** As in paths: `pods`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A ResourceName that remembers the type of its objects; `type` exists for the compiler only. */
export interface ResourceHandle<T extends KubeObject = KubeObject> extends ResourceName {
  readonly type?: new () => T;
}

/** A cell of kubectl's tables. */
export type Cell = string | number | boolean;

/** A column of kubectl's tables, as in Kubernetes' printers. */
export interface Column<T extends KubeObject = KubeObject> {
  /** `Name`, `Ready`; kubectl prints it in capitals. */
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'number' | 'boolean';
  /** `name` for the column that names the object. */
  readonly format?: string;
  readonly description?: string;
  /** 0 (default): always shown; 1: only with `-o wide`. */
  readonly priority?: number;
  /** `now` is in milliseconds; ages come from it. */
  cell(object: T, now: number): Cell;
}

/** The field's value as text. (Declared as a method, so that a Resource<Pod> is a Resource.) */
export type FieldSelectorValue<T> = { of(object: T): string }['of'];

/** Where the `scale` subresource finds its numbers in the object. */
export interface ScaleView<T extends KubeObject> {
  /** Wanted replicas (spec). */
  replicas(object: T): number;
  /** Existing replicas (status). */
  statusReplicas(object: T): number;
  /** The label selector as text. */
  selector(object: T): string;
  /** A copy with another number of wanted replicas. */
  withReplicas(object: T, replicas: number): T;
}

export interface Resource<T extends KubeObject = KubeObject> extends ResourceHandle<T>, GroupVersionKind {
  readonly singular: string;
  /** Under /registry/, where Kubernetes' name is not the plural: `minions` for nodes, `services/specs`. */
  readonly storageName?: string;
  readonly shortNames?: readonly string[];
  /** `all` for what `kubectl get all` lists. */
  readonly categories?: readonly string[];
  /** The class that carries the class-validator rules; objects themselves stay plain. */
  readonly type: new () => T;
  readonly columns?: readonly Column<T>[];
  /** Field selectors beyond metadata.name and metadata.namespace: path -> value as text. */
  readonly fields?: Readonly<Record<string, FieldSelectorValue<T>>>;
  /** Which of `fields` the watch cache indexes its watchers by (`spec.nodeName` of pods). */
  readonly indexed?: readonly string[];
  /** `status`: spec and status are written by different doors. */
  readonly hasStatus?: boolean;
  readonly scale?: ScaleView<T>;
  /** Kubernetes counts no `metadata.generation` of these, though they have a status. */
  readonly withoutGeneration?: boolean;
  /** Said as a warning to whoever asks for the kind over HTTP, whatever they want of it. */
  readonly deprecated?: string;
  /** Names may be longer or freer than DNS-1123 subdomains for some kinds. */
  validateName?(name: string): string | undefined;
  /** Kubernetes' defaults for what was not said. */
  default?(object: T): T;
  /** Drops what a client must not set at birth (status), sets what the server sets. */
  prepareForCreate?(object: T): T;
  /** Keeps what this door must not change. `metadata.generation` and status are core/api's business. */
  prepareForUpdate?(next: T, previous: T): T;
  /** Rules across fields that decorators cannot say. */
  validate?(object: T): readonly Cause[];
  /** Immutable fields and the like. */
  validateUpdate?(next: T, previous: T): readonly Cause[];
  /** Seconds a deletion may take unless the client says otherwise; pods have 30. None: deletion is at once. */
  gracePeriodSeconds?(object: T): number | undefined;
}
export const Resource = contribution<Resource>('Resource');

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionOf = (name: { readonly group: string; readonly version: string }): string =>
  name.group === '' ? name.version : `${name.group}/${name.version}`;

/** `deployments.apps`, or `pods` for the core group: how Kubernetes' messages name a resource. */
export const qualifiedName = (name: { readonly group: string; readonly plural: string }): string =>
  name.group === '' ? name.plural : `${name.plural}.${name.group}`;

/** A resource whose rows the compiler knows; no more than a typed identity. */
export const resource = <T extends KubeObject>(of: Resource<T>): Resource<T> => of;
