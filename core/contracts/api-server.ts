// ApiServer: the API without HTTP. Whoever speaks for a user (the in-process client, api-http) calls it with the user,
// the resource and plain JSON; it authorises, admits, validates, stores, and answers or throws ApiError.
//   write: authorise > default > mutate > validate > put with `expect` > answer       (core/api)
//   read:  authorise > store, or the kind's watch cache

import type { Observable } from 'rxjs';
import { contribution, slot } from '../cluster/token.ts';
import type { KubeList, KubeObject } from '../model/meta.ts';
import type { PolicyRule } from '../model/policy-rule.ts';
import type { Resource } from '../model/resource.ts';
import type { Status } from '../model/status.ts';
import type {
  ApiClient,
  ApiEvent,
  DeleteOptions,
  GetOptions,
  ListOptions,
  PatchType,
  UserInfo,
  WatchOptions,
  WriteOptions,
} from './api-client.ts';

/** What a call is about. `namespace` is absent for cluster-scoped kinds and for all namespaces. */
export interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly subresource?: string;
}

export interface NamedTarget extends Target {
  readonly name: string;
}

export interface PatchRequest extends WriteOptions {
  readonly type: PatchType;
}

/** All kinds that are served. Controllers that look after kinds they do not know by name ask for it. */
export interface Resources {
  all(): readonly Resource[];
  /** By plural, as in a path. */
  byPlural(group: string, version: string, plural: string): Resource | undefined;
  byKind(group: string, version: string, kind: string): Resource | undefined;
}
export const Resources = slot<Resources>('Resources');

/** Warnings for the client (HTTP header `Warning`) are handed to `warn`, when given. */
export interface Caller {
  readonly user: UserInfo;
  /** The program that asks: a component's name, or what a client calls itself. Only told on (audit.ts), never believed. */
  readonly userAgent?: string | undefined;
  warn?(text: string): void;
  /**
   * Asked before each thing that a watch has to tell from before it began: undefined while the caller can take more, else a
   * promise of it. So what was is told no faster than it is read; what comes does not wait, and cuts off who is too slow.
   */
  room?(): Promise<void> | undefined;
}

export interface ApiServer {
  readonly resources: Resources;
  get(caller: Caller, target: NamedTarget, options?: GetOptions): Promise<KubeObject>;
  list(caller: Caller, target: Target, options?: ListOptions): Promise<KubeList>;
  /** Throws (in the stream) ApiError; 410 Expired when the revision is compacted. */
  watch(caller: Caller, target: Target, options?: WatchOptions): Observable<ApiEvent>;
  /** `body` is foreign JSON; everything wrong with it is an ApiError. With a subresource, `name` says whose. */
  create(
    caller: Caller,
    target: Target & { readonly name?: string },
    body: unknown,
    options?: WriteOptions,
  ): Promise<KubeObject | Status>;
  update(caller: Caller, target: NamedTarget, body: unknown, options?: WriteOptions): Promise<KubeObject>;
  patch(caller: Caller, target: NamedTarget, patch: unknown, options: PatchRequest): Promise<KubeObject>;
  delete(caller: Caller, target: NamedTarget, options?: DeleteOptions): Promise<KubeObject | Status>;
  deleteCollection(caller: Caller, target: Target, options?: DeleteOptions & ListOptions): Promise<KubeList>;
  /** Authorises a call that this interface does not carry out itself (log, exec, ...). Throws 403. */
  authorize(caller: Caller, attributes: Attributes): Promise<void>;
  /** What the authorizers say, and why: for reviews. Never throws 403. */
  opinion(attributes: Attributes): Promise<Opinion>;
  /** All that a user may do in a namespace, as far as the authorizers can tell. */
  rulesFor(user: UserInfo, namespace: string): Promise<RulesFor>;
}
export const ApiServer = slot<ApiServer>('ApiServer');

/** What an authorizer is asked about. */
export interface Attributes {
  readonly user: UserInfo;
  /** get, list, watch, create, update, patch, delete, deletecollection; or the HTTP method in small letters. */
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Of a list or watch: `spec.nodeName=node-1`. One of `metadata.name` alone is in `name` as well. */
  readonly fieldSelector?: string;
  /** For what is no resource: `/version`. */
  readonly path?: string;
}

export type Decision = 'allow' | 'deny' | 'no opinion';

/** A decision with its reason, as reviews and refusals show it. */
export interface Opinion {
  readonly decision: Decision;
  readonly reason?: string;
}

/** What somebody may do, read out. */
export interface RulesFor {
  readonly rules: readonly PolicyRule[];
  /** Why this may not be all. */
  readonly incomplete?: string;
}

/**
 * Asked in listed order; the first that says allow or deny decides; if none does, the answer is no. `system:masters` may do
 * everything, and nobody is asked. Answers at once where it can: it is asked before every request.
 */
export interface Authorizer {
  readonly name: string;
  authorize(attributes: Attributes): Decision | Opinion | Promise<Decision | Opinion>;
  /** For `kubectl auth can-i --list`. Absent where it cannot be told: then the list is called incomplete. */
  rulesFor?(user: UserInfo, namespace: string): RulesFor | Promise<RulesFor>;
  /** Called once, when the store answers and before anything else runs: puts into the API what must be there. */
  begin?(client: ApiClient): Promise<void>;
}
export const Authorizer = contribution<Authorizer>('Authorizer');

/** What a client shows of itself. */
export interface Credentials {
  readonly bearerToken?: string;
  /** Subject of a client certificate that the cluster's CA has signed. */
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[] };
}

/** Asked in listed order; the first that knows the client decides; undefined: not one of mine. */
export interface Authenticator {
  readonly name: string;
  authenticate(credentials: Credentials): Promise<UserInfo | undefined>;
}
export const Authenticator = contribution<Authenticator>('Authenticator');

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly user: UserInfo;
  readonly target: Target & { readonly name: string };
  /** As it would be stored; absent on DELETE. */
  readonly object?: KubeObject;
  /** As it stands; absent on CREATE. */
  readonly previous?: KubeObject;
  readonly dryRun: boolean;
}

/**
 * Looks at each write after defaulting and before it is stored. First `mutate` of all plugins in listed order, then the
 * class rules, then `validate` of all. Either throws ApiError to refuse; an exception of another kind is a bug (500).
 */
export interface AdmissionPlugin {
  readonly name: string;
  /** Gives the object as it should be: the one it got, or a changed copy. Not called on DELETE. */
  mutate?(request: AdmissionRequest & { readonly object: KubeObject }): Promise<KubeObject> | KubeObject;
  validate?(request: AdmissionRequest): Promise<void> | void;
}
export const AdmissionPlugin = contribution<AdmissionPlugin>('AdmissionPlugin');
