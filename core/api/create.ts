// Create. authorise > decode > name > default > mutate > rules > validate > addresses > store, if the name is free.

import type { WriteOptions } from '../contracts/api-client.ts';
import type { Caller, Target } from '../contracts/api-server.ts';
import { Conflict, type Stored } from '../contracts/store.ts';
import type { KubeObject } from '../model/meta.ts';
import { revise } from '../model/revise.ts';
import { ApiError, alreadyExists, badRequest } from '../model/status.ts';
import { type Admission, admit } from './admit.ts';
import { tell } from './audit.ts';
import { authorizeVerb } from './authorize.ts';
import { decode, placeInNamespace } from './decode.ts';
import { keyOfObject } from './keys.ts';
import type { Machinery } from './machinery.ts';
import { bear, nameObject } from './metadata.ts';
import { prepareForCreate } from './prepare.ts';
import { stamp, unstamped } from './revision.ts';

/** How often a generated name that is taken is drawn again. */
const draws = 8;

export async function create(
  api: Machinery,
  caller: Caller,
  target: Target,
  body: unknown,
  options: WriteOptions = {},
): Promise<KubeObject> {
  await authorizeVerb(api, caller, 'create', target);
  const given = placeInNamespace(target, decode(target.resource, body, caller, options));
  if (given.metadata.resourceVersion) {
    // In real Kubernetes: 500, though it is the client's mistake.
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  for (let left = draws; ; left -= 1) {
    try {
      return await createOnce(api, caller, target, given, options.dryRun === true);
    } catch (error) {
      const generated = !given.metadata.name && error instanceof ApiError && error.reason === 'AlreadyExists';
      if (!generated || left <= 1) throw error;
    }
  }
}

async function createOnce(
  api: Machinery,
  caller: Caller,
  target: Target,
  given: KubeObject,
  dryRun: boolean,
): Promise<KubeObject> {
  const { resource } = target;
  let object = bear(resource, nameObject(resource, given, api.random), api.clock, api.random);
  object = prepareForCreate(resource, object);
  const { name, namespace } = object.metadata;
  object = await admit(api, {
    operation: 'CREATE',
    caller,
    target: revise(target as Admission['target'], { name, namespace }),
    object,
    dryRun,
  });
  const key = keyOfObject(resource, object);
  const allocation = await api.services.allocate(resource, object, undefined);
  try {
    if (dryRun) {
      if (await api.store.get(key)) throw alreadyExists(resource, name);
      allocation.undo();
      return allocation.object;
    }
    const created = stamp(await putNew(api, key, allocation.object));
    tell(api, caller, target, 'create', created, undefined);
    return created;
  } catch (error) {
    allocation.undo();
    throw error instanceof Conflict ? alreadyExists(resource, name) : error;
  }
}

const putNew = (api: Machinery, key: string, object: KubeObject): Promise<Stored> =>
  api.store.put(key, object.metadata.resourceVersion ? unstamped(object) : object, { expect: 0 });
