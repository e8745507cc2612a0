// Foreign cluster: the way to any Kubernetes that a kubeconfig names. What kubeconfigs can hold (files, tokens that are
// renewed, programs that log in) is known to @kubernetes/client-node; it is heavy, so it is loaded here and on demand.

import type { ConnectionOptions } from './connection.ts';

export interface KubeconfigChoice {
  /** The usual places (KUBECONFIG, ~/.kube/config) unless told. */
  readonly file?: string;
  /** The file's current one unless told. */
  readonly context?: string;
}

/** What HttpApiClient needs to speak to the cluster. @throws Error when the file or the context is not there */
export async function foreignCluster({ file, context }: KubeconfigChoice = {}): Promise<ConnectionOptions> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(
      `the kubeconfig ${file ?? '(default)'} has no cluster for the context "${config.getCurrentContext()}"; there are: ${config
        .getContexts()
        .map(({ name }) => name)
        .join(', ')}`,
    );
  const credentials = async () => {
    const options: Parameters<typeof config.applyToHTTPSOptions>[0] = { headers: {} };
    await config.applyToHTTPSOptions(options);
    return options;
  };
  const { ca, cert, key } = await credentials();
  return {
    server: cluster.server,
    ca: pem(ca),
    cert: pem(cert),
    key: pem(key),
    token: async () => bearer((await credentials()).headers),
  };
}

const pem = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined;

function bearer(headers: unknown): string | undefined {
  const value = (headers as Record<string, unknown> | undefined)?.Authorization;
  return typeof value === 'string' ? value.replace(/^Bearer /, '') : undefined;
}
