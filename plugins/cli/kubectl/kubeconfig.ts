// kubeconfig: where the cluster is, and who we are there. Certificates and tokens, in the file or beside it; programs that
// log in are the real kubectl's business.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { KubectlError } from './errors.ts';

export interface Access {
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  /** Of the context. */
  readonly namespace?: string;
}

type Texts = Readonly<Record<string, string | undefined>>;
interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: Texts }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Texts }[];
  readonly users?: readonly { readonly name: string; readonly user: Texts }[];
}

/** @throws KubectlError when the file or the context is not there. */
export async function readKubeconfig(file: string, contextName?: string): Promise<Access> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new KubectlError(`error loading config file "${file}": ${error.message}`);
  });
  const config = parse(text) as Kubeconfig;
  const wanted = contextName ?? config['current-context'];
  const context = config.contexts?.find(({ name }) => name === wanted)?.context;
  if (!context) throw new KubectlError(`context "${wanted ?? ''}" does not exist`);
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster ?? {};
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  if (!cluster.server) throw new KubectlError(`cluster "${context.cluster ?? ''}" does not exist in ${file}`);
  const pem = async (from: Texts, name: string): Promise<string | undefined> => {
    const data = from[`${name}-data`];
    if (data) return Buffer.from(data, 'base64').toString('utf8');
    return from[name] ? readFile(path.resolve(path.dirname(file), from[name]), 'utf8') : undefined;
  };
  const facts = {
    server: cluster.server,
    ca: await pem(cluster, 'certificate-authority'),
    cert: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
    token: user.token ?? (user.tokenFile ? (await readFile(user.tokenFile, 'utf8')).trim() : undefined),
    namespace: context.namespace,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as unknown as Access;
}
