// What a controller of replicas asks of a pod.

import { findCondition, isTrue } from '../../core/model/conditions.ts';
import { controllerReference, type Draft, type KubeObject } from '../../core/model/meta.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { PodTemplateSpec } from '../../core/model/pod-template.ts';

/** Still counts: not ended, and not on its way out. */
export const isActive = ({ metadata, status }: Pod): boolean =>
  status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && metadata.deletionTimestamp === undefined;

export const isReady = (pod: Pod): boolean => isTrue(pod.status?.conditions, 'Ready');

/** Since when it is ready, in milliseconds since 1970; undefined when it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = findCondition(pod.status?.conditions, 'Ready');
  if (ready?.status !== 'True') return undefined;
  return ready.lastTransitionTime === undefined ? 0 : Date.parse(ready.lastTransitionTime);
}

/** Ready for so many seconds already. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (minReadySeconds === 0) return isReady(pod);
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** Pods that one owner makes share the template's spec, by reference. */
export function podFrom(template: PodTemplateSpec, owner: KubeObject): Draft<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec as Pod['spec'],
  };
}
