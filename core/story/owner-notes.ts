// Owner notes: what a write of a Deployment, ReplicaSet or ReplicationController means to the pods beneath it.

import type { AuditEntry } from '../api/audit.ts';
import { sameJson } from '../api/json.ts';
import { controllerOf, type KubeObject } from '../model/meta.ts';
import type { Happening } from './note.ts';

/** Kinds that stand above pods. */
export const ownerKinds: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController']);

type Sized = KubeObject & { readonly spec?: { readonly replicas?: number; readonly template?: unknown } };

const pods = (replicas = 1): string => `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;

export function ownerHappenings({ object, previous, resource, name }: AuditEntry): Happening[] {
  const is = object as Sized | undefined;
  const was = previous as Sized | undefined;
  const what = `${resource.kind} ${name}`;
  if (!is) return [{ step: 'owner-gone', what: `${what} gone` }];
  if (!was) {
    const owner = controllerOf(is);
    const belongs = owner ? `, for ${owner.kind} ${owner.name}` : '';
    const created = `${what} created${belongs}: ${pods(is.spec?.replicas)}`;
    return [{ step: 'owner-created', what: created, ...(owner && { owner: owner.uid }) }];
  }
  const changes = [
    ...(is.spec?.replicas !== was.spec?.replicas ? [`${was.spec?.replicas} -> ${pods(is.spec?.replicas)}`] : []),
    ...(is.spec?.template !== was.spec?.template && !sameJson(is.spec?.template, was.spec?.template)
      ? ['another pod template']
      : []),
  ];
  return changes.length > 0 ? [{ step: 'owner-changed', what: `${what}: ${changes.join(', ')}` }] : [];
}
