// Review of a token: whose it is, for whoever gets tokens shown and cannot check them (a kubelet, a web hook).
// In real Kubernetes: pkg/registry/authentication/tokenreview.

import type { UserInfo } from '../../core/contracts/api-client.ts';
import { badRequest } from '../../core/model/status.ts';
import type { Authentication } from './authentication.ts';

/** The status of a TokenReview. @throws ApiError 400 when there is no token to look at */
export async function reviewToken(authentication: Authentication, spec: Record<string, unknown>): Promise<object> {
  const { token, audiences } = spec;
  if (typeof token !== 'string' || token === '')
    throw badRequest('token is required for TokenReview in authentication');
  const wanted = Array.isArray(audiences) ? audiences.map(String) : [];
  const found = await authentication.whoHas(token, wanted);
  if (!found) return { user: {}, error: 'invalid bearer token' };
  return {
    authenticated: true,
    user: userInfo(found.user),
    ...(found.audiences.length > 0 && { audiences: found.audiences }),
  };
}

/** As reviews show a user. */
export const userInfo = ({ name, groups, uid, extra }: UserInfo) => ({
  username: name,
  ...(uid !== undefined && { uid }),
  groups,
  ...(extra && Object.keys(extra).length > 0 && { extra }),
});
