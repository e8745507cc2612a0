// DefaultStorageClass: a claim that names no class gets the default one, if there is one. '' is a name too: no class, please.
// In real Kubernetes: plugin/pkg/admission/storage/storageclass/setdefault.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import { type PersistentVolumeClaim, PersistentVolumeClaims } from '../../model/persistent-volume-claim.ts';
import { revise } from '../../model/revise.ts';
import { classOfClaim, defaultClassOf } from '../../model/storage.ts';
import { StorageClasses } from '../../model/storage-class.ts';
import type { StoredObjects } from '../stored-objects.ts';

export class DefaultStorageClass implements AdmissionPlugin {
  readonly name = 'DefaultStorageClass';
  readonly #objects: StoredObjects;

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  mutate({
    operation,
    target: { resource, subresource },
    object,
  }: AdmissionRequest & { readonly object: KubeObject }): Promise<KubeObject> | KubeObject {
    const isClaim = resource.kind === PersistentVolumeClaims.kind && resource.group === PersistentVolumeClaims.group;
    if (operation !== 'CREATE' || !isClaim || subresource) return object;
    const claim = object as PersistentVolumeClaim;
    const isSilent = typeof claim.spec === 'object' && claim.spec !== null && (classOfClaim(claim) ?? null) === null;
    return isSilent ? this.#withClass(claim) : object;
  }

  async #withClass(claim: PersistentVolumeClaim): Promise<PersistentVolumeClaim> {
    const found = defaultClassOf(await this.#objects.list(StorageClasses));
    return found ? revise(claim, { spec: revise(claim.spec, { storageClassName: found.metadata.name }) }) : claim;
  }
}
