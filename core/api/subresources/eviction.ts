// eviction: a polite delete of a pod, as `kubectl drain` asks for it.
// In real Kubernetes: a PodDisruptionBudget may refuse it with 429 for a while.

import type { DeleteOptions, WriteOptions } from '../../contracts/api-client.ts';
import type { Caller, NamedTarget } from '../../contracts/api-server.ts';
import { badRequest, type Status } from '../../model/status.ts';
import { authorizeVerb } from '../authorize.ts';
import { decode, placeInNamespace } from '../decode.ts';
import { removeAuthorized } from '../delete.ts';
import type { Machinery } from '../machinery.ts';
import { created } from './created.ts';

const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction', plural: 'evictions' } as const;

export async function evict(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options: WriteOptions = {},
): Promise<Status> {
  await authorizeVerb(api, caller, 'create', target);
  const eviction = placeInNamespace(target, decode(evictionKind, body, caller, options));
  if (eviction.metadata.name && eviction.metadata.name !== target.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const { deleteOptions } = eviction as { deleteOptions?: DeleteOptions & { dryRun?: unknown } };
  const { subresource: _, ...pod } = target;
  const dryRun = options.dryRun === true || Boolean(deleteOptions?.dryRun);
  await removeAuthorized(api, caller, pod, { ...deleteOptions, dryRun }, { verb: 'create', subresource: 'eviction' });
  return created();
}
