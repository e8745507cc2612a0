// NamespaceLifecycle: nothing is created in a namespace that is not there or is going; three namespaces never go.
// In real Kubernetes: apiserver/pkg/admission/plugin/namespace/lifecycle.

import type { AdmissionPlugin, AdmissionRequest } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import { type Namespace, Namespaces } from '../../model/namespace.ts';
import { ApiError, forbidden, notFound } from '../../model/status.ts';
import type { StoredObjects } from '../stored-objects.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);

export class NamespaceLifecycle implements AdmissionPlugin {
  readonly name = 'NamespaceLifecycle';
  readonly #objects: StoredObjects;

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  /** Before all other plugins, so that what else is missing in a missing namespace is not reported in its place. */
  mutate({
    operation,
    target,
    object,
  }: AdmissionRequest & { readonly object: KubeObject }): Promise<KubeObject> | KubeObject {
    const { namespace } = target;
    return operation === 'CREATE' && namespace !== undefined ? this.#within(namespace, target, object) : object;
  }

  async #within(namespace: string, target: AdmissionRequest['target'], object: KubeObject): Promise<KubeObject> {
    const found = await this.#objects.get(Namespaces, undefined, namespace);
    if (!found) throw notFound(Namespaces, namespace);
    if (isGoing(found)) throw terminating(target, namespace);
    return object;
  }

  validate({ operation, target: { resource, name } }: AdmissionRequest): void {
    const isNamespace = resource.kind === 'Namespace' && resource.group === '';
    if (operation === 'DELETE' && isNamespace && immortal.has(name)) {
      throw forbidden(resource, name, 'this namespace may not be deleted');
    }
  }
}

const isGoing = ({ metadata, status }: Namespace): boolean =>
  metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';

/** 403 with a cause by which controllers tell that trying again is of no use. */
function terminating({ resource, name }: AdmissionRequest['target'], namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status } = forbidden(resource, name, why);
  const message = `namespace ${namespace} is being terminated`;
  const causes = [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }];
  return ApiError.from({ ...status, details: { ...status.details, causes } });
}
