// ApiClient: the only door through which components meet. Typed by kind, the same in process (objects by reference,
// nothing encoded) and over HTTPS (against any Kubernetes cluster).
//
//   const pods = client.of(Pods).in('default');
//   await pods.create({ metadata: { name: 'web' }, spec });
//   await pods.patch('web', [{ op: 'replace', path: '/spec/x', value: 1 }], { type: 'json' });
//   pods.watch({ resourceVersion }).subscribe(...)
//
// Every method may throw ApiError, and nothing else that is not a bug. Events reach a subscriber on a later tick than
// the write that caused them. The suite for both implementations is core/testing/describe-api-client.ts.

import type { Observable } from 'rxjs';
import { slot } from '../cluster/token.ts';
import type { Draft, KubeList, KubeObject } from '../model/meta.ts';
import type { ResourceHandle } from '../model/resource.ts';
import type { Status } from '../model/status.ts';

/** Who asks. */
export interface UserInfo {
  /** `system:kube-scheduler`, `system:serviceaccount:default:default`. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  /** What else whoever knows the user says of them: `authentication.kubernetes.io/pod-name` of a token that is bound to a pod. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface Abortable {
  readonly signal?: AbortSignal;
}

export interface GetOptions extends Abortable {
  /** undefined: the latest; '0': whatever the cache has; N: at least as new as N. */
  readonly resourceVersion?: string;
}

export interface Selection {
  /** `app=web,tier in (a,b)` */
  readonly labelSelector?: string;
  /** `spec.nodeName=node-1` */
  readonly fieldSelector?: string;
}

export interface ListOptions extends GetOptions, Selection {
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly limit?: number;
  readonly continue?: string;
}

export interface WatchOptions extends Selection {
  /** Changes after this one. undefined or '0': first what there is, as ADDED, then changes. */
  readonly resourceVersion?: string;
  readonly allowWatchBookmarks?: boolean;
  /** Seconds after which the watch completes. */
  readonly timeoutSeconds?: number;
  /** Begin with what there is and mark its end by a bookmark annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean;
}

export type ApiEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Only apiVersion, kind and metadata.resourceVersion (and annotations) are there. */
  | { readonly type: 'BOOKMARK'; readonly object: T };

export interface WriteOptions extends Abortable {
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** Do everything but store. */
  readonly dryRun?: boolean;
}

/** `json`: RFC 6902; `merge`: RFC 7386; `strategic`: Kubernetes' own, which knows lists by their merge keys. */
export type PatchType = 'json' | 'merge' | 'strategic';

export interface PatchOptions extends WriteOptions {
  /** `merge` unless told. */
  readonly type?: PatchType;
}

export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground';

export interface DeleteOptions extends Abortable {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** A second door to the same objects: `status` writes only the status. */
export interface SubresourceClient<T extends KubeObject> {
  get(name: string, options?: GetOptions): Promise<T>;
  update(object: T, options?: WriteOptions): Promise<T>;
  patch(name: string, patch: unknown, options?: PatchOptions): Promise<T>;
}

/** Operations on the objects of one kind: all of them, or those of one namespace. */
export interface ResourceClient<T extends KubeObject> {
  /** The same kind, in one namespace. */
  in(namespace: string): ResourceClient<T>;
  get(name: string, options?: GetOptions): Promise<T>;
  list(options?: ListOptions): Promise<KubeList<T>>;
  /** Cold: each subscription is a watch. Ends in ApiError (410 Expired) when the revision is compacted; completes when the server ends it. */
  watch(options?: WatchOptions): Observable<ApiEvent<T>>;
  create(object: Draft<T>, options?: WriteOptions): Promise<T>;
  /** Replaces. With metadata.resourceVersion set, only if it still stands there (409 Conflict else). */
  update(object: T, options?: WriteOptions): Promise<T>;
  patch(name: string, patch: unknown, options?: PatchOptions): Promise<T>;
  /** The object while it is terminating, or a Status when it is gone at once. */
  delete(name: string, options?: DeleteOptions): Promise<T | Status>;
  deleteCollection(options?: DeleteOptions & ListOptions): Promise<void>;
  readonly status: SubresourceClient<T>;
  /** GET, PUT and PATCH of another subresource, typed by what it holds: `subresource<Scale>('scale')`. */
  subresource<S extends KubeObject>(name: string): SubresourceClient<S>;
  /** POST to a subresource: `post('web', 'binding', { target: ... })`. */
  post<R = Status>(name: string, subresource: string, body: object, options?: WriteOptions): Promise<R>;
}

export interface ApiClient {
  /** Undefined where the server alone knows (a kubeconfig of another cluster). */
  readonly user: UserInfo | undefined;
  of<T extends KubeObject>(resource: ResourceHandle<T>): ResourceClient<T>;
}
export const ApiClient = slot<ApiClient>('ApiClient');
