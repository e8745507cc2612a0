// May this user do that? The authorizers are asked in order; the first that says allow or deny decides; if none does,
// the answer is no. The refusal says who wanted what where, in Kubernetes' words.

import type { Attributes, Authorizer, Caller, NamedTarget, Target } from '../contracts/api-server.ts';
import { ApiError } from '../model/status.ts';
import type { Machinery } from './machinery.ts';

/** @throws ApiError 403 */
export async function authorize(authorizers: readonly Authorizer[], attributes: Attributes): Promise<void> {
  for (const authorizer of authorizers) {
    const answer = await authorizer.authorize(attributes);
    if (answer === 'allow') return;
    if (answer === 'deny') break;
  }
  throw refusal(attributes);
}

/** The same for a verb on a resource. @throws ApiError 403 */
export function authorizeVerb(
  api: Machinery,
  { user }: Caller,
  verb: string,
  target: Target & Partial<Pick<NamedTarget, 'name'>>,
): Promise<void> {
  const { resource, subresource, namespace, name } = target;
  return authorize(api.authorizers, {
    user,
    verb,
    group: resource.group,
    resource: resource.plural,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  });
}

function refusal({ user, verb, group = '', resource, subresource, namespace, name, path }: Attributes): ApiError {
  if (resource === undefined) {
    const why = `User "${user.name}" cannot ${verb} path "${path ?? ''}"`;
    return new ApiError(403, 'Forbidden', `forbidden: ${why}`, {});
  }
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const why = `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
  return new ApiError(403, 'Forbidden', `${qualified}${name ? ` "${name}"` : ''} is forbidden: ${why}`, {
    ...(name && { name }),
    ...(group !== '' && { group }),
    kind: resource,
  });
}
