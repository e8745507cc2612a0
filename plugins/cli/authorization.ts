// Who gets in, and who may do what: the options of `kubelab up` that Kubernetes' API server has too.
//   --authorization-mode=Node,RBAC    roles decide (the usual one); AlwaysAllow: whoever is somebody may do everything
//   --token-auth-file=users.csv       users with tokens, a line each: TOKEN,USER,UID,"GROUP,GROUP"

import path from 'node:path';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import type { ConfiguredPlugin } from '../../core/cluster/plugin.ts';
import type { NodeConfig } from '../../core/cluster/settings.ts';
import { authenticatorTokenFile } from '../authenticator-token-file/plugin.ts';
import { isForbidden } from '../authorizer-node/plugin.ts';
import { standardAuthorization } from '../standard.ts';

export interface AuthorizationOptions {
  readonly authorizationMode?: string;
  readonly tokenAuthFile?: string;
}

/** @throws ConfigurationError for a mode that there is not, and for labels that no kubelet may give its node */
export function authorization(
  { authorizationMode, tokenAuthFile }: AuthorizationOptions,
  nodes: number | readonly NodeConfig[],
): ConfiguredPlugin[] {
  const mode = authorizationMode ?? 'Node,RBAC';
  if (mode !== 'Node,RBAC' && mode !== 'AlwaysAllow')
    throw new ConfigurationError(`--authorization-mode wants Node,RBAC or AlwaysAllow; found ${JSON.stringify(mode)}`);
  if (mode !== 'AlwaysAllow') checkLabels(typeof nodes === 'number' ? [] : nodes);
  return [
    ...(tokenAuthFile === undefined ? [] : [authenticatorTokenFile({ file: path.resolve(tokenAuthFile) })]),
    ...(mode === 'AlwaysAllow' ? [] : standardAuthorization()),
  ];
}

function checkLabels(nodes: readonly NodeConfig[]): void {
  for (const [index, { name = `node-${index + 1}`, labels = {} }] of nodes.entries()) {
    const label = Object.keys(labels).find(isForbidden);
    if (label === undefined) continue;
    throw new ConfigurationError(
      `node ${name}: no kubelet may give its own node the label ${label}; leave it out, and set it when the cluster runs: kubectl label node ${name} ${label}=${labels[label]}`,
    );
  }
}
