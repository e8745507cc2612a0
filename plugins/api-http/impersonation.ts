// Impersonation: who may do so speaks as somebody else (`kubectl get pods --as=bob --as-group=dev`).
//   Impersonate-User, Impersonate-Group (any number of them), Impersonate-Uid
// Each name is a question to the authorizers, verb `impersonate`; standardAuthorizers() answer yes to system:masters alone.
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
  const extra = asked.find((name) => name.startsWith('impersonate-extra-'));
  // In real Kubernetes: a user carries extra attributes, which some authorizers look at.
  if (extra !== undefined)
    throw badRequest(`header ${extra}: users of this cluster have a name, groups and a uid, and nothing extra`);
  const name = text(headers['impersonate-user']);
  const groups = (request.headersDistinct['impersonate-group'] ?? []).filter((group) => group !== '');
  const uid = text(headers['impersonate-uid']);
  if (name === '') {
    if (groups.length === 0 && uid === '') return user;
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
  const own = groups.length === 0 && namespace !== undefined ? accountGroups(namespace) : groups;
  return { name, groups: withLogin(name, own), ...(uid !== '' && { uid }) };
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
