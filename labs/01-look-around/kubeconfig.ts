// Kubeconfig, as kubectl reads it: from the current context to the cluster, the user, and a request over TLS.

import { request } from 'node:https';
import { parse } from 'yaml';

/** What a kubeconfig leads to. */
export interface Way {
  readonly server: string;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** It was told not to look whom it speaks to. */
  readonly insecure: boolean;
  readonly namespace: string;
}

/** Why kubectl could not use it: a message of check 1.1, and its values. */
export class Unusable extends Error {
  readonly problem: string;
  readonly values: Readonly<Record<string, string>>;

  constructor(problem: string, values: Readonly<Record<string, string>> = {}) {
    super(problem);
    this.problem = problem;
    this.values = values;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** @throws Unusable */
export function wayOf(text: unknown): Way {
  if (typeof text !== 'string' || text.trim() === '') throw new Unusable('empty');
  const file = fieldsOf(parsed(text));
  if (file.kind !== 'Config' || file.apiVersion !== 'v1') throw new Unusable('no-config');
  const current = file['current-context'];
  if (typeof current !== 'string' || current === '') throw new Unusable('no-current-context');
  const context = entry(file, 'contexts', 'context', current);
  const cluster = entry(file, 'clusters', 'cluster', String(context.cluster ?? ''));
  const user = entry(file, 'users', 'user', String(context.user ?? ''));
  const { server } = cluster;
  const { namespace } = context;
  if (typeof server !== 'string' || !URL.canParse(server)) throw new Unusable('no-server', { field: 'server' });
  return {
    server,
    ca: pem(cluster, 'certificate-authority'),
    cert: pem(user, 'client-certificate'),
    key: pem(user, 'client-key'),
    insecure: cluster['insecure-skip-tls-verify'] === true,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : 'default',
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Unusable('no-yaml', { problem: (error as Error).message.split('\n')[0] ?? '' });
  }
}

/** The entry of that name in one of the three lists. */
function entry(file: Fields, list: string, field: string, name: string): Fields {
  const entries = Array.isArray(file[list]) ? file[list].map(fieldsOf) : [];
  const found = entries.find((one) => one.name === name);
  const names = entries.map((one) => String(one.name)).join(', ') || 'none';
  if (!found) throw new Unusable('no-entry', { list, name: name === '' ? 'nothing' : name, names });
  return fieldsOf(found[field]);
}

/** What `<field>-data` holds, decoded. Files that a kubeconfig names are on nobody's disk here. */
function pem(of: Fields, field: string): string | undefined {
  if (of[field] !== undefined) throw new Unusable('file', { field });
  const data = of[`${field}-data`];
  if (data === undefined || data === '') return undefined;
  const text = Buffer.from(String(data), 'base64').toString('utf8');
  if (!text.includes('-----BEGIN')) throw new Unusable('not-base64', { field: `${field}-data` });
  return text;
}

export interface Answer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  readonly body: any;
}

/** One request, as kubectl makes it. @throws Error with a `code` when TLS or the network says no */
export function ask(way: Way, method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
  const { server, ca, cert, key, insecure } = way;
  const bytes = body === undefined ? undefined : JSON.stringify(body);
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return new Promise((resolve, reject) => {
    const options = {
      method,
      rejectUnauthorized: !insecure,
      agent: false,
      headers: { accept: 'application/json' },
      ...tls,
    };
    const outgoing = request(new URL(path, server), options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (data: string) => {
        text += data;
      });
      response.on('error', reject);
      // Not before the socket is gone: a check leaves nothing behind.
      outgoing.on('close', () => resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    outgoing.on('error', reject);
    if (bytes !== undefined) outgoing.setHeader('content-type', 'application/json');
    outgoing.end(bytes);
  });
}
