// kubeconfig: what kubectl needs to reach a cluster: address, whom to trust, what to show. Certificates are embedded, so
// that one file is all.

import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Pair } from './certificates.ts';

export interface KubeconfigParts {
  /** Of cluster and context. */
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM */
  readonly certificateAuthority: string;
  readonly user: string;
  readonly client: Pair;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The file's text, in the order in which `kubectl config` writes it. */
export function kubeconfig({ name, server, certificateAuthority, user, client }: KubeconfigParts): string {
  const [cluster, identity] = [JSON.stringify(name), JSON.stringify(user)];
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${base64(certificateAuthority)}
    server: ${server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${identity}
  name: ${cluster}
current-context: ${cluster}
preferences: {}
users:
- name: ${identity}
  user:
    client-certificate-data: ${base64(client.certificate)}
    client-key-data: ${base64(client.key)}
`;
}

/** Puts the file in place whole, readable by its owner alone: a reader sees the old one or the new one. */
export async function writeKubeconfig(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
