// The shape of a pod: what of it decides, together with one node alone, whether the node can take it and how well. Pods of
// one shape share the verdicts that are kept (local-verdicts.ts).
// Kubernetes has no such thing any more: it looked up verdicts by "equivalence class" until 1.11.

import type { Container } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';

const known = new WeakMap<Pod['spec'], string>();

/** Equal texts are equal shapes. Worked out once a spec: pods of one ReplicaSet share theirs. */
export function shapeOf(pod: Pod): string {
  const before = known.get(pod.spec);
  if (before !== undefined) return before;
  const { spec } = pod;
  const claims = (spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
  const shape = JSON.stringify([
    spec.containers.map(needs),
    spec.initContainers?.map(needs),
    spec.overhead,
    spec.nodeSelector,
    spec.affinity?.nodeAffinity,
    spec.tolerations,
    spec.priority,
    // Claims, unlike all the rest, are looked up in the pod's own namespace.
    claims.length > 0 ? [pod.metadata.namespace, claims] : undefined,
  ]);
  known.set(spec, shape);
  return shape;
}

const needs = ({ image, resources, ports, restartPolicy }: Container) => [
  image,
  resources?.requests,
  ports?.filter(({ hostPort }) => hostPort),
  restartPolicy,
];
