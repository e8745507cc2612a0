// May this user do that? The authorizers are asked in order; the first that says allow or deny decides; if none does,
// the answer is no. The refusal says who wanted what where, and why not, in Kubernetes' words.
// Always true: system:masters may do everything, whatever the authorizers are: whoever owns the cluster cannot lock
//   themselves out, and the cluster's own parts cost no look-up.

import type { UserInfo } from '../contracts/api-client.ts';
import type {
  Attributes,
  Authorizer,
  Caller,
  NamedTarget,
  Opinion,
  RulesFor,
  Target,
} from '../contracts/api-server.ts';
import { wantedValue } from '../model/fields.ts';
import { ApiError } from '../model/status.ts';
import type { Machinery } from './machinery.ts';

const privileged = 'system:masters';
const yes: Promise<void> = Promise.resolve();

/** @throws ApiError 403 */
export function authorize(authorizers: readonly Authorizer[], attributes: Attributes): Promise<void> {
  return attributes.user.groups.includes(privileged) ? yes : ask(authorizers, attributes);
}

async function ask(authorizers: readonly Authorizer[], attributes: Attributes): Promise<void> {
  const { decision, reason } = await opinionOf(authorizers, attributes);
  if (decision !== 'allow') throw refusal(attributes, reason);
}

/** What the authorizers come to, and why. Reasons of those who had no opinion are told together. */
export async function opinionOf(authorizers: readonly Authorizer[], attributes: Attributes): Promise<Opinion> {
  if (attributes.user.groups.includes(privileged)) return { decision: 'allow' };
  const reasons: string[] = [];
  for (const authorizer of authorizers) {
    const answer = authorizer.authorize(attributes);
    const said = answer instanceof Promise ? await answer : answer;
    const opinion: Opinion = typeof said === 'string' ? { decision: said } : said;
    // Why somebody may is looked at by reviews alone, and made up when it is.
    if (opinion.decision !== 'no opinion') return opinion;
    if (opinion.reason) reasons.push(opinion.reason);
  }
  return reasons.length === 0 ? { decision: 'no opinion' } : { decision: 'no opinion', reason: reasons.join('\n') };
}

/** What the authorizers know together of a user's rights in a namespace. */
export async function rulesFor(
  authorizers: readonly Authorizer[],
  user: UserInfo,
  namespace: string,
): Promise<RulesFor> {
  const told = await Promise.all(
    authorizers.map(
      (one) => one.rulesFor?.(user, namespace) ?? { rules: [], incomplete: `${one.name} does not tell its rules` },
    ),
  );
  const incomplete = told.flatMap((one) => one.incomplete ?? []).join(', ');
  return { rules: told.flatMap(({ rules }) => rules), ...(incomplete !== '' && { incomplete }) };
}

/** The same for a verb on a resource. @param fieldSelector of a list or a watch @throws ApiError 403 */
export function authorizeVerb(
  api: Machinery,
  { user }: Caller,
  verb: string,
  target: Target & Partial<Pick<NamedTarget, 'name'>>,
  fieldSelector?: string,
): Promise<void> {
  if (user.groups.includes(privileged)) return yes;
  const { resource, subresource, namespace } = target;
  const name = target.name ?? soleName(fieldSelector);
  // Field by field: this is made for each call of the API.
  const attributes: { -readonly [K in keyof Attributes]: Attributes[K] } = {
    user,
    verb,
    group: resource.group,
    resource: resource.plural,
  };
  if (subresource !== undefined) attributes.subresource = subresource;
  if (namespace !== undefined) attributes.namespace = namespace;
  if (name !== undefined) attributes.name = name;
  if (fieldSelector !== undefined) attributes.fieldSelector = fieldSelector;
  return ask(api.authorizers, attributes);
}

/** Who lists or watches one object by its name may do so with a right to that object. */
const soleName = (fieldSelector: string | undefined): string | undefined =>
  fieldSelector === undefined ? undefined : wantedValue(fieldSelector, 'metadata.name');

function refusal(attributes: Attributes, reason: string | undefined): ApiError {
  const { user, verb, group = '', resource, subresource, namespace, name, path } = attributes;
  const because = reason === undefined ? '' : `: ${reason}`;
  if (resource === undefined) {
    const why = `User "${user.name}" cannot ${verb} path "${path ?? ''}"`;
    return new ApiError(403, 'Forbidden', `forbidden: ${why}${because}`, {});
  }
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const why = `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
  return new ApiError(403, 'Forbidden', `${qualified}${name ? ` "${name}"` : ''} is forbidden: ${why}${because}`, {
    ...(name && { name }),
    ...(group !== '' && { group }),
    kind: resource,
  });
}
