// What can be POSTed beneath an object. PUT and PATCH beneath one go through doors (doors.ts) or scale.

import type { WriteOptions } from '../../contracts/api-client.ts';
import type { Caller, NamedTarget } from '../../contracts/api-server.ts';
import type { KubeObject } from '../../model/meta.ts';
import type { Status } from '../../model/status.ts';
import { noSuchSubresource } from '../doors.ts';
import type { Machinery } from '../machinery.ts';
import { bind } from './binding.ts';
import { evict } from './eviction.ts';
import { requestToken } from './token.ts';

export async function createBeneath(
  api: Machinery,
  caller: Caller,
  target: NamedTarget,
  body: unknown,
  options?: WriteOptions,
): Promise<KubeObject | Status> {
  switch (`${target.resource.plural}/${target.subresource}`) {
    case 'pods/binding':
      return bind(api, caller, target, body, options);
    case 'pods/eviction':
      return evict(api, caller, target, body, options);
    case 'serviceaccounts/token':
      if (api.tokens) return requestToken(api, api.tokens, caller, target, body, options);
  }
  throw noSuchSubresource(target.resource.plural, target.name);
}
