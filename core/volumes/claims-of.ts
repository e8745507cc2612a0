// The claims that a pod uses: those that its volumes name, and those that are made for it alone (ephemeral volumes), which
// are called after pod and volume.

import type { Pod } from '../model/pod.ts';
import type { Volume } from '../model/volume.ts';

/** The claim's name, if the volume stands for one. */
export function claimNameOf(pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  if (persistentVolumeClaim) return persistentVolumeClaim.claimName;
  return ephemeral ? `${pod.metadata.name}-${name}` : undefined;
}

const none: readonly string[] = [];

/** Names of all its claims, each once. For most pods: none, and it costs next to nothing. */
export function claimNames(pod: Pod): readonly string[] {
  let names: Set<string> | undefined;
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    names ??= new Set();
    names.add(name);
  }
  return names ? [...names] : none;
}

/** The same as keys: `namespace/name`. */
export const claimKeys = (pod: Pod): readonly string[] =>
  claimNames(pod).map((name) => `${pod.metadata.namespace ?? ''}/${name}`);
