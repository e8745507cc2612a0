// The authorizers of a cluster without RBAC: whoever has shown who they are may do everything; whoever has not may look
// at what says how to speak to the server, and no more. To speak as somebody else is for system:masters.
// In real Kubernetes: RBAC (Roles, RoleBindings) and the Node authorizer decide; only system:masters may do everything.

import type { Attributes, Authorizer } from '../contracts/api-server.ts';

/** Discovery, health and version may be read by everybody, as by Kubernetes' roles system:discovery and system:public-info-viewer. */
export class PublicInfoAuthorizer implements Authorizer {
  readonly name = 'public-info';

  async authorize({ verb, resource, path }: Attributes): Promise<'allow' | 'no opinion'> {
    const reads = verb === 'get' || verb === 'head';
    return reads && resource === undefined && path !== undefined && isPublic(path) ? 'allow' : 'no opinion';
  }
}

/** Everybody but system:anonymous may do everything, as themselves. */
export class AuthenticatedAuthorizer implements Authorizer {
  readonly name = 'authenticated';

  async authorize({ user, verb }: Attributes): Promise<'allow' | 'deny' | 'no opinion'> {
    if (user.groups.includes('system:masters')) return 'allow';
    if (user.name === 'system:anonymous' || user.groups.includes('system:unauthenticated')) return 'deny';
    return verb === 'impersonate' ? 'no opinion' : 'allow';
  }
}

export const standardAuthorizers = (): Authorizer[] => [new PublicInfoAuthorizer(), new AuthenticatedAuthorizer()];

const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/api', '/apis', '/openapi'];

const isPublic = (path: string): boolean =>
  publicPaths.some((known) => path === known || path === `${known}/` || path.startsWith(`${known}/`));
