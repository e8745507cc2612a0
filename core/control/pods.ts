// What controllers of pods ask of a pod, and how they make one from a template.

import { findCondition, isTrue } from '../model/conditions.ts';
import { matches, type Selector } from '../model/labels.ts';
import { controllerReference, type Draft, type KubeObject, type StringMap } from '../model/meta.ts';
import type { Pod } from '../model/pod.ts';
import type { PodTemplateSpec } from '../model/pod-template.ts';

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

/** Whether labels are selected. Pods of one template share their labels: what was asked last is not asked again. */
export function selects(selector: Selector): (pod: Pod) => boolean {
  let asked: StringMap | undefined;
  let answer = matches(selector, asked);
  return ({ metadata: { labels } }) => {
    if (labels !== asked) answer = matches(selector, labels);
    asked = labels;
    return answer;
  };
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
