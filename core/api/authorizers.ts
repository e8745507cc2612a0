// The authorizers of a cluster without RBAC: whoever has shown who they are may do everything; whoever has not may look
// at what says how to speak to the server, and no more. To speak as somebody else is for system:masters.
// A cluster of `kubelab up` has the plugins authorizer-node and authorizer-rbac instead. In real Kubernetes: AlwaysAllow comes nearest.

import type { UserInfo } from '../contracts/api-client.ts';
import type { Attributes, Authorizer, Decision, RulesFor } from '../contracts/api-server.ts';

/** Discovery, health and version may be read by everybody, as by Kubernetes' roles system:discovery and system:public-info-viewer. */
export class PublicInfoAuthorizer implements Authorizer {
  readonly name = 'public-info';

  authorize({ verb, resource, path }: Attributes): Decision {
    const reads = verb === 'get' || verb === 'head';
    return reads && resource === undefined && path !== undefined && isPublic(path) ? 'allow' : 'no opinion';
  }

  rulesFor(): RulesFor {
    return { rules: [{ verbs: ['get'], nonResourceURLs: publicPaths.flatMap((path) => [path, `${path}/*`]) }] };
  }
}

/** Everybody but system:anonymous may do everything, as themselves. */
export class AuthenticatedAuthorizer implements Authorizer {
  readonly name = 'authenticated';

  authorize({ user, verb }: Attributes): Decision {
    if (user.name === 'system:anonymous' || user.groups.includes('system:unauthenticated')) return 'deny';
    return verb === 'impersonate' ? 'no opinion' : 'allow';
  }

  rulesFor({ name }: UserInfo): RulesFor {
    return { rules: name === 'system:anonymous' ? [] : everything };
  }
}

const everything: RulesFor['rules'] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export const standardAuthorizers = (): Authorizer[] => [new PublicInfoAuthorizer(), new AuthenticatedAuthorizer()];

const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/api', '/apis', '/openapi'];

const isPublic = (path: string): boolean =>
  publicPaths.some((known) => path === known || path === `${known}/` || path.startsWith(`${known}/`));
