// Failures: what etcd, or the way to it, answers, in words that say where, what, and what to do.

import { StoreFailure, TooLarge } from '../../core/contracts/store.ts';
import type { Connection } from './connect.ts';
import type { Etcd } from './etcd-stream.ts';

/** Whom a client speaks to, and as whom, for messages; set when it is made. */
const connections = new WeakMap<object, Connection>();

export const remember = (client: object, connection: Connection): void => void connections.set(client, connection);

/** `etcd at http://127.0.0.1:2379` */
export function placeOf({ client }: Etcd): string {
  const { endpoints = [] } = connections.get(client) ?? {};
  return `etcd at ${endpoints.join(', ')}`;
}

/** What was answered looks like this; what that means, and what to do. The first that fits is said. */
interface Meaning {
  readonly looksLike: RegExp;
  readonly kind: StoreFailure['kind'];
  readonly says: (message: string, connection: Partial<Connection>) => string;
}

const meanings: readonly Meaning[] = [
  {
    looksLike: /authentication failed|invalid auth token|authentication is not enabled/,
    kind: 'refused',
    says: (message, { username }) =>
      `refuses ${username === undefined ? 'us' : `the user ${username}`} or the password (${message}); check username and password of store-etcd`,
  },
  {
    looksLike: /user name is empty/,
    kind: 'refused',
    says: (message) => `takes nobody without a name (${message}); give store-etcd a username and a password`,
  },
  {
    looksLike: /permission denied/,
    kind: 'refused',
    says: (message, { username }) =>
      `does not let the user ${username} read and write all keys (${message}); give one of its roles the right: ` +
      `etcdctl role grant-permission ROLE readwrite --prefix ""`,
  },
  {
    looksLike: /certificate has expired|CERT_HAS_EXPIRED/i,
    kind: 'refused',
    says: (message) => `shows a certificate that has expired (${message}); give etcd a new one`,
  },
  {
    looksLike: /altnames|ERR_TLS_CERT_ALTNAME/i,
    kind: 'refused',
    says: (message) =>
      `shows a certificate for another name (${message}); name it in endpoints as its certificate does`,
  },
  {
    looksLike: /self.signed|unable to (get|verify)|UNABLE_TO|certificate signature failure/i,
    kind: 'refused',
    says: (message, { ca }) =>
      `shows a certificate that ${ca === undefined ? 'no CA of this machine has signed' : `${ca} has not signed`} (${message}); ca of store-etcd names the file of the CA that signed it`,
  },
  {
    looksLike: /alert|bad certificate|certificate required|unknown ca/i,
    kind: 'refused',
    says: (message, { cert }) =>
      `does not take ${cert === undefined ? 'clients without a certificate' : `the certificate ${cert}`} (${message}); cert and key of store-etcd name one that is valid, signed by a CA that etcd trusts (--trusted-ca-file)`,
  },
  {
    looksLike: /wrong version number|packet length too long|HTTP\/0\.9|Protocol error/i,
    kind: 'refused',
    says: (message) => `does not speak TLS (${message}); begin its endpoint with http://`,
  },
  {
    looksLike: /DEADLINE|etcdserver: request timed out|context deadline exceeded/i,
    kind: 'timeout',
    says: (message) => `does not answer in time (${message}); it is asked again with every request`,
  },
  {
    looksLike: /Failed to connect/,
    kind: 'unavailable',
    says: (message) =>
      `does not answer (${message}); it is asked again with every request. If it speaks TLS, its endpoint begins with https://`,
  },
  {
    looksLike: /ECONNREFUSED|No connection established|UNAVAILABLE|circuit|Breaker|no leader/i,
    kind: 'unavailable',
    says: (message) => `does not answer (${message}); it is asked again with every request`,
  },
  {
    looksLike: /database space exceeded|NOSPACE/,
    kind: 'refused',
    says: () =>
      'has no space left: it takes no writes until it is compacted, defragmented and disarmed (etcdctl alarm disarm)',
  },
];

/** What happened, without the words of gRPC and OpenSSL around it: `14 UNAVAILABLE: No connection established. Last error: ...`. */
const short = (message: string): string =>
  message
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/^No connection established\. Last error: (?:Error: )?(.*?)\.? Resolution note:.*$/s, '$1')
    .replace(/^.*SSL routines:[^:]*:([^:]*):.*$/s, '$1')
    .replace(/ \(\d{4}-\d\d-\d\dT[^)]*\)$/, '')
    .trim();

/** @param error of etcd's client, or one of ours, which is its own words */
export function inWords(error: Error, etcd: Etcd): Error {
  if (error instanceof StoreFailure) return error;
  const message = short(error.message);
  if (/request is too large|larger than max/.test(message)) return new TooLarge(error);
  const text = `${error.name} ${error.message}`;
  const meaning = meanings.find(({ looksLike }) => looksLike.test(text));
  const { kind, says } = meaning ?? { kind: 'refused' as const, says: () => `answered: ${message}` };
  return new StoreFailure(kind, `${placeOf(etcd)} ${says(message, connections.get(etcd.client) ?? {})}`, error);
}
