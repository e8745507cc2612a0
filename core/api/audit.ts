// Audit: who wrote what, told to one listener as it happens.
//
//   new Api({ ..., audit: (entry) => console.log(entry.user, entry.verb, entry.name) });
//   createCluster({ plugins, audit: (entry) => ... });
//
// Told: each change of an object that the store has taken, after it has and before the writer is answered; a change by a
// subresource (status, binding, scale, eviction) and each object of a deletecollection too.
// Not told: reads, refusals, dry runs, writes that change nothing, tokens. Where nobody listens, nothing is made or kept.
// In real Kubernetes: audit events (audit.k8s.io/v1) follow a policy, tell requests rather than changes (reads and refusals
// too, a deletecollection once), in stages, and go to a file or a webhook.

import type { Caller, Target } from '../contracts/api-server.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import type { Machinery } from './machinery.ts';

/** As authorizers know it. A POST to a subresource is `create`: of `pods/binding`, of `pods/eviction`. */
export type AuditVerb = 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface AuditEntry {
  /** When it was stored, milliseconds of the cluster's clock. */
  readonly time: number;
  /** `system:kube-scheduler`, `kubernetes-admin` */
  readonly user: string;
  /** The program that wrote for the user, as far as it is known: a component's name, or what a client calls itself (`kubectl/v1.33.4`). */
  readonly userAgent: string | undefined;
  readonly verb: AuditVerb;
  /** `status`, `binding`, `scale`, `eviction` */
  readonly subresource: string | undefined;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  /** Of the state after the change; of the last state, when the object is gone. */
  readonly resourceVersion: string;
  /** As it is now; undefined when it is gone. Shared: not to be changed. */
  readonly object: KubeObject | undefined;
  /** As it was; undefined when it is new. Shared: not to be changed. */
  readonly previous: KubeObject | undefined;
}

/** Called in the order in which the store's answers arrive; must not block, change anything or throw. */
export type Audit = (entry: AuditEntry) => void;

/** Tells a change. One of `object` and `previous` is there; both, where the object was and is. */
export function tell(
  { audit, clock }: Machinery,
  { user, userAgent }: Caller,
  { resource, subresource }: Target,
  verb: AuditVerb,
  object: KubeObject | undefined,
  previous: KubeObject | undefined,
): void {
  if (!audit) return;
  const { namespace, name, uid, resourceVersion } = (object ?? previous)!.metadata;
  audit({
    time: clock.now(),
    user: user.name,
    userAgent,
    verb,
    subresource,
    resource,
    namespace,
    name,
    uid: uid as string,
    resourceVersion: resourceVersion as string,
    object,
    previous,
  });
}
