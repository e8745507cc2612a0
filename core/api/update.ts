// Update (PUT): the client sends the whole object as it wants it.

import type { WriteOptions } from '../contracts/api-client.ts';
import type { Caller, NamedTarget } from '../contracts/api-server.ts';
import type { KubeObject } from '../model/meta.ts';
import { badRequest } from '../model/status.ts';
import { authorizeVerb } from './authorize.ts';
import { decode, placeInNamespace } from './decode.ts';
import { doorOf } from './doors.ts';
import type { Machinery } from './machinery.ts';
import { modify } from './modify.ts';

export async function update(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: WriteOptions = {},
): Promise<KubeObject> {
  await authorizeVerb(api, caller, 'update', target);
  const door = doorOf(target);
  const next = named(target, placeInNamespace(target, decode(target.resource, body, caller, options)));
  return modify(api, { caller, target, verb: 'update', door, dryRun: options.dryRun === true, next: () => next });
}

/** Agrees on the name of body and path. @throws ApiError 400 */
export function named({ name }: NamedTarget, object: KubeObject): KubeObject {
  const own = object.metadata.name;
  if (own && own !== name) {
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
  return own ? object : { ...object, metadata: { ...object.metadata, name } };
}
