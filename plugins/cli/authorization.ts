// Who gets in, and who may do what: the options of `kubelab up` that Kubernetes' API server has too.
//   --authorization-mode=Node,RBAC    roles decide (the usual one); AlwaysAllow: whoever is somebody may do everything
//   --token-auth-file=users.csv       users with tokens, a line each: TOKEN,USER,UID,"GROUP,GROUP"

import path from 'node:path';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import { authenticatorTokenFile } from '../authenticator-token-file/plugin.ts';
import { standardAuthorization } from '../standard.ts';

export interface AuthorizationOptions {
  readonly authorizationMode?: string;
  readonly tokenAuthFile?: string;
}

/** @throws ConfigurationError for a mode that there is not */
export function authorization({ authorizationMode, tokenAuthFile }: AuthorizationOptions): ConfiguredPlugin[] {
  const mode = authorizationMode ?? 'Node,RBAC';
  if (mode !== 'Node,RBAC' && mode !== 'AlwaysAllow')
    throw new ConfigurationError(`--authorization-mode wants Node,RBAC or AlwaysAllow; found ${JSON.stringify(mode)}`);
  return [
    ...(tokenAuthFile === undefined ? [] : [authenticatorTokenFile({ file: path.resolve(tokenAuthFile) })]),
    ...(mode === 'AlwaysAllow' ? [] : standardAuthorization()),
  ];
}
