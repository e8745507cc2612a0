// StorageObjectInUseProtection: a claim that pods use, and a volume that a claim has, do not go when they are deleted; they
// wait, Terminating, until they are free. The finalizers are written here, at birth; the controllers of volumes take them away.
// In real Kubernetes: plugin/pkg/admission/storage/storageobjectinuseprotection.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import { revise } from '../../model/revise.ts';
import { claimProtection, volumeProtection } from '../../model/storage.ts';

const finalizerOf: Readonly<Record<string, string>> = {
  persistentvolumeclaims: claimProtection,
  persistentvolumes: volumeProtection,
};

export class StorageObjectInUseProtection implements AdmissionPlugin {
  readonly name = 'StorageObjectInUseProtection';

  mutate({
    operation,
    target: { resource, subresource },
    object,
  }: AdmissionRequest & { readonly object: KubeObject }): KubeObject {
    if (operation !== 'CREATE' || resource.group !== '' || subresource) return object;
    const finalizer = Object.hasOwn(finalizerOf, resource.plural) ? finalizerOf[resource.plural] : undefined;
    const { finalizers = [] } = object.metadata;
    if (!finalizer || !Array.isArray(finalizers) || finalizers.includes(finalizer)) return object;
    return revise(object, { metadata: revise(object.metadata, { finalizers: [...finalizers, finalizer] }) });
  }
}
