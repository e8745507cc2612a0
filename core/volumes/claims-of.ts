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

/** Whether it has any. Asked for every pod that is placed: most have none. */
export function hasClaims({ spec: { volumes } }: Pod): boolean {
  if (volumes) for (const volume of volumes) if (volume.persistentVolumeClaim || volume.ephemeral) return true;
  return false;
}

/** Names of all its claims, each once. */
export function claimNames(pod: Pod): readonly string[] {
  if (!hasClaims(pod)) return none;
  return [...new Set(pod.spec.volumes?.flatMap((volume) => claimNameOf(pod, volume) ?? []))];
}

/** The same as keys: `namespace/name`. */
export const claimKeys = (pod: Pod): readonly string[] =>
  claimNames(pod).map((name) => `${pod.metadata.namespace ?? ''}/${name}`);
