// The hooks of a kind that fill in and keep (default, prepareForCreate, prepareForUpdate). They run before the rules of
// the class, so on a kind without a schema they may meet anything; when one stumbles, the rules say what is wrong.

import type { KubeObject } from '../model/meta.ts';
import type { Resource } from '../model/resource.ts';
import { ApiError, internalError, invalid } from '../model/status.ts';
import { validateObject } from '../model/validation.ts';

/** @throws ApiError 422 */
export const prepareForCreate = (resource: Resource, object: KubeObject): KubeObject =>
  attempt(resource, object, () => {
    const filled = resource.default ? resource.default(object) : object;
    return resource.prepareForCreate ? resource.prepareForCreate(filled) : filled;
  });

/** @throws ApiError 422 */
export const prepareForUpdate = (resource: Resource, next: KubeObject, current: KubeObject): KubeObject =>
  attempt(resource, next, () => {
    const filled = resource.default ? resource.default(next) : next;
    return resource.prepareForUpdate ? resource.prepareForUpdate(filled, current) : filled;
  });

function attempt(resource: Resource, object: KubeObject, prepare: () => KubeObject): KubeObject {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const causes = validateObject(resource, object);
    throw causes.length > 0 ? invalid(resource, object.metadata.name, causes) : internalError(error);
  }
}
