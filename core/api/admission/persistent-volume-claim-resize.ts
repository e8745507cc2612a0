// PersistentVolumeClaimResize: a claim may ask for more only if its class says that its volumes can grow.
// In real Kubernetes: plugin/pkg/admission/storage/persistentvolume/resize.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { PersistentVolumeClaim } from '../../model/persistent-volume-claim.ts';
import { forbidden } from '../../model/status.ts';
import { classOfClaim, compareSizes } from '../../model/storage.ts';
import { StorageClasses } from '../../model/storage-class.ts';
import type { StoredObjects } from '../stored-objects.ts';

export class PersistentVolumeClaimResize implements AdmissionPlugin {
  readonly name = 'PersistentVolumeClaimResize';
  readonly #objects: StoredObjects;

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  /** @throws ApiError 403 */
  validate({ operation, target, object, previous }: AdmissionRequest): Promise<void> | void {
    const { resource, subresource } = target;
    if (operation !== 'UPDATE' || resource.plural !== 'persistentvolumeclaims' || resource.group !== '' || subresource)
      return;
    return this.#compare(target, object as PersistentVolumeClaim, previous as PersistentVolumeClaim);
  }

  async #compare(
    { resource, name }: AdmissionRequest['target'],
    next: PersistentVolumeClaim,
    before: PersistentVolumeClaim,
  ): Promise<void> {
    if (compareSizes(next.spec.resources?.requests, before.spec.resources?.requests) <= 0) return;
    if (before.status?.phase !== 'Bound')
      throw forbidden(resource, name, 'Only bound persistent volume claims can be expanded');
    const className = classOfClaim(next) ?? classOfClaim(before) ?? '';
    const storageClass = className === '' ? undefined : await this.#objects.get(StorageClasses, undefined, className);
    if (storageClass?.allowVolumeExpansion) return;
    const why =
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
    throw forbidden(resource, name, why);
  }
}
