// Terminating: how an object that is to be deleted goes. It may need time (pods: the containers end first), and others
// may hold it back (finalizers). Pure decisions; delete.ts carries them out.
// In real Kubernetes: apiserver/pkg/registry/rest/delete.go and registry/generic/registry/store.go.

import type { DeleteOptions } from '../contracts/api-client.ts';
import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/** Seconds that this deletion may take; 0: it goes at once. */
export function graceOf(resource: Resource, object: KubeObject, options: DeleteOptions): number {
  const natural = resource.gracePeriodSeconds?.(object);
  if (natural === undefined || !mustEndFirst(resource, object)) return 0;
  const wanted = options.gracePeriodSeconds ?? natural;
  return wanted < 0 ? 1 : wanted;
}

/** A pod that no node has, or that has ended, has nothing to wait for. */
function mustEndFirst(resource: Resource, object: KubeObject): boolean {
  if (resource.group !== '' || resource.kind !== 'Pod') return true;
  const { spec, status } = object as { spec?: { nodeName?: string }; status?: { phase?: string } };
  return Boolean(spec?.nodeName) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** The finalizers that the garbage collector needs for the policy asked for, beside those of others. */
export function finalizersFor(object: KubeObject, { propagationPolicy }: DeleteOptions): readonly string[] {
  const present = object.metadata.finalizers ?? [];
  if (propagationPolicy === undefined) return present;
  const others = present.filter((one) => one !== foregroundFinalizer && one !== orphanFinalizer);
  if (propagationPolicy === 'Orphan') return [...others, orphanFinalizer];
  if (propagationPolicy === 'Foreground') return [...others, foregroundFinalizer];
  return others;
}

/** Whether nothing keeps a terminating object any more. */
export function isReadyToGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  return Boolean(deletionTimestamp) && deletionGracePeriodSeconds === 0 && finalizers.length === 0 && !isFull(object);
}

/** A namespace holds what is in it until its controller has taken `kubernetes` from `spec.finalizers`. */
export function isFull(object: KubeObject): boolean {
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return false;
  const { spec } = object as { spec?: { finalizers?: readonly string[] } };
  return (spec?.finalizers ?? []).length > 0;
}
