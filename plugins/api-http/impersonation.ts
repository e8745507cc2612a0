// Impersonation: who may do so speaks as somebody else (`kubectl get pods --as=bob --as-group=dev`).
//   Impersonate-User, Impersonate-Group (any number of them), Impersonate-Uid, Impersonate-Extra-KEY
// Each is a question to the authorizers, verb `impersonate`: on users, serviceaccounts, groups, uids, userextras/KEY.
// Always true: the request is carried out with the other one's rights, and nothing is left of the caller's own.
// In real Kubernetes: apiserver/pkg/endpoints/filters/impersonation.

import type { IncomingMessage } from 'node:http';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { ApiServer, Attributes } from '../../core/contracts/api-server.ts';
import { badRequest } from '../../core/model/status.ts';

const serviceAccount = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * Whom the request speaks for: the user who sent it, or who that user wants to be.
 * @throws ApiError 403 when the user may not; 400 when the headers make no sense
 */
export async function speaker(api: ApiServer, request: IncomingMessage, user: UserInfo): Promise<UserInfo> {
  const { headers } = request;
  const asked = Object.keys(headers).filter((name) => name.startsWith('impersonate-'));
  if (asked.length === 0) return user;
  const name = text(headers['impersonate-user']);
  const groups = (request.headersDistinct['impersonate-group'] ?? []).filter((group) => group !== '');
  const uid = text(headers['impersonate-uid']);
  const extra = extraOf(request);
  if (name === '') {
    if (groups.length === 0 && uid === '' && extra.length === 0) return user;
    // In real Kubernetes: 500, though it is the client's mistake.
    throw badRequest('groups or a uid are impersonated without a user: send the header Impersonate-User as well');
  }
  const may = (about: Partial<Attributes>) => api.authorize({ user }, { user, verb: 'impersonate', ...about });
  const [, namespace, account] = serviceAccount.exec(name) ?? [];
  if (namespace !== undefined && account !== undefined)
    await may({ group: '', resource: 'serviceaccounts', namespace, name: account });
  else await may({ group: '', resource: 'users', name });
  for (const group of groups) await may({ group: '', resource: 'groups', name: group });
  if (uid !== '') await may({ group: 'authentication.k8s.io', resource: 'uids', name: uid });
  for (const [key, values] of extra)
    for (const value of values)
      await may({ group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name: value });
  const own = groups.length === 0 && namespace !== undefined ? accountGroups(namespace) : groups;
  return {
    name,
    groups: withLogin(name, own),
    ...(uid !== '' && { uid }),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
}

const extraHeader = 'impersonate-extra-';

/** Extra attributes by key. Keys are escaped as in a URL, and in small letters. */
function extraOf({ headersDistinct }: IncomingMessage): (readonly [string, readonly string[]])[] {
  return Object.entries(headersDistinct)
    .filter(([name]) => name.startsWith(extraHeader) && name.length > extraHeader.length)
    .map(([name, values = []]) => [unescaped(name.slice(extraHeader.length)), values]);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const text = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '');

const accountGroups = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
];

/** Whoever is somebody counts as authenticated, as if they had come themselves. */
function withLogin(name: string, groups: readonly string[]): readonly string[] {
  if (groups.includes('system:authenticated') || groups.includes('system:unauthenticated')) return groups;
  return [...groups, name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'];
}
