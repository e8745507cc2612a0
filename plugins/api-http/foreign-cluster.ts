// Foreign cluster: the way to any Kubernetes that a kubeconfig names. What kubeconfigs can hold (files, tokens that are
// renewed, programs that log in) is known to @kubernetes/client-node; it is heavy, so it is loaded here and on demand.

import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import type { ConnectionOptions } from './connection.ts';

export interface KubeconfigChoice {
  /** The usual places (KUBECONFIG, ~/.kube/config) unless told. */
  readonly file?: string;
  /** The file's current one unless told. */
  readonly context?: string;
}

/**
 * What HttpApiClient needs to speak to the cluster.
 * @throws ConfigurationError when the file or the context is not there, or names what we do not speak
 */
export async function foreignCluster({ file, context }: KubeconfigChoice = {}): Promise<ConnectionOptions> {
  const config = await load(file);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  const what = file === undefined ? 'the kubeconfig' : `the kubeconfig ${file}`;
  if (!cluster) {
    const names = config.getContexts().map(({ name }) => name);
    throw new ConfigurationError(
      `${what} has no cluster for the context "${config.getCurrentContext() ?? ''}"; there are: ${names.join(', ') || 'none'}`,
    );
  }
  const { server, proxyUrl } = cluster;
  if (!server.startsWith('https://')) {
    throw new ConfigurationError(
      file === undefined && config.getCurrentUser()?.name === 'user'
        ? 'there is no kubeconfig in the usual places (KUBECONFIG, ~/.kube/config): name one with --kubeconfig FILE'
        : `${what} names the server ${server}: only https:// is spoken`,
    );
  }
  if (proxyUrl !== undefined) throw new ConfigurationError(`${what} asks for the proxy ${proxyUrl}, which is not used`);
  const credentials = async () => {
    const options: RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(options);
    return options;
  };
  const { ca, cert, key, headers, servername, rejectUnauthorized } = await credentials().catch((error: Error) => {
    throw new ConfigurationError(`${what} names credentials that cannot be had: ${error.message}`);
  });
  const { exec, authProvider } = config.getCurrentUser() ?? {};
  const isRenewed = exec !== undefined || authProvider !== undefined;
  return {
    server,
    ca: pem(ca),
    cert: pem(cert),
    key: pem(key),
    token: isRenewed ? async () => bearer((await credentials()).headers) : bearer(headers),
    servername,
    insecure: rejectUnauthorized === false,
  };
}

async function load(file: string | undefined): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    throw new ConfigurationError(`cannot read the kubeconfig ${file ?? ''}: ${(error as Error).message}`);
  }
  return config;
}

const pem = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined;

function bearer(headers: unknown): string | undefined {
  const value = (headers as Record<string, unknown> | undefined)?.Authorization;
  return typeof value === 'string' ? value.replace(/^Bearer /, '') : undefined;
}
