// Writes what a controller found into an object's status, through the status door.

import type { ResourceClient } from '../contracts/api-client.ts';
import type { KubeObject } from '../model/meta.ts';
import { ApiError } from '../model/status.ts';

/**
 * Tries with the object as the cache has it, and once more with the object as it stands, since caches are stale. Not more
 * often: what was found may then be wrong as well, and the next look at the key will tell.
 * @param change gives the status to write, from the object that it is written into
 */
export async function updateStatus<T extends KubeObject & { readonly status?: unknown }>(
  client: ResourceClient<T>,
  object: T,
  change: (object: T) => NonNullable<T['status']>,
): Promise<T> {
  try {
    return await client.status.update({ ...object, status: change(object) });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    const fresh = await client.get(object.metadata.name);
    if (fresh.metadata.uid !== object.metadata.uid) throw error;
    return client.status.update({ ...fresh, status: change(fresh) });
  }
}
