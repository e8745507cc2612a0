// What a pod uses, by name: itself, its account, and the Secrets, ConfigMaps and claims that its spec names.

import type { Container } from '../../core/model/container.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Volume } from '../../core/model/volume.ts';

/** `secrets default/password`, `serviceaccounts default/web`; each once. */
export function usesOf({ metadata, spec }: Pod): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (plural: string, name: string | undefined) => {
    if (name) found.add(`${plural} ${metadata.namespace}/${name}`);
  };
  add('pods', metadata.name);
  add('serviceaccounts', spec.serviceAccountName || 'default');
  for (const { name } of spec.imagePullSecrets ?? []) add('secrets', name);
  for (const volume of spec.volumes ?? []) ofVolume(volume, add);
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) ofContainer(container, add);
  return found;
}

type Add = (plural: string, name: string | undefined) => void;

function ofVolume(volume: Volume, add: Add): void {
  add('secrets', volume.secret?.secretName);
  add('configmaps', volume.configMap?.name);
  add('persistentvolumeclaims', volume.persistentVolumeClaim?.claimName);
  for (const source of volume.projected?.sources ?? []) {
    add('secrets', source.secret?.name);
    add('configmaps', source.configMap?.name);
  }
}

function ofContainer({ env = [], envFrom = [] }: Container, add: Add): void {
  for (const { valueFrom } of env ?? []) {
    add('secrets', valueFrom?.secretKeyRef?.name);
    add('configmaps', valueFrom?.configMapKeyRef?.name);
  }
  for (const { secretRef, configMapRef } of envFrom ?? []) {
    add('secrets', secretRef?.name);
    add('configmaps', configMapRef?.name);
  }
}
