// Connect: a client of one etcd or of a cluster of several, by its endpoints.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { rootCertificates } from 'node:tls';
import type { IOptions } from 'etcd3';
import { StoreFailure } from '../../core/contracts/store.ts';
import type { Etcd } from './etcd-stream.ts';
import { remember } from './failures.ts';

/** Loaded with the first store: a cluster in memory does not pay for it. */
const load = (): typeof import('etcd3') & { policies: typeof import('cockatiel') } => {
  const require = createRequire(import.meta.url);
  return { ...require('etcd3'), policies: require('cockatiel') };
};

export interface Connection {
  /** `http://127.0.0.1:2379`, `https://...`: all members, or some. */
  readonly endpoints: readonly string[];
  /** Files, PEM: whom to trust, and who we are. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly username?: string;
  readonly password?: string;
  /** Put before all keys. */
  readonly root?: string;
}

/** Milliseconds that a request may take. */
const patience = 5000;

function read(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StoreFailure(
      'refused',
      `store-etcd cannot read its option ${option}: ${(error as Error).message}`,
      error,
    );
  }
}

/** @throws StoreFailure when a file cannot be read */
export function connect(connection: Connection): Etcd {
  const { endpoints, ca, cert, key, username, password, root = '' } = connection;
  const { Etcd3, policies } = load();
  const isTls = endpoints.some((endpoint) => endpoint.startsWith('https:'));
  const credentials: IOptions['credentials'] | undefined = !isTls
    ? undefined
    : {
        // Without one, the CAs that this machine trusts.
        rootCertificate: ca === undefined ? Buffer.from(rootCertificates.join('\n')) : read('ca', ca),
        ...(cert !== undefined && { certChain: read('cert', cert) }),
        ...(key !== undefined && { privateKey: read('key', key) }),
      };
  const notSent = (error: Error) => /No connection established|ECONNREFUSED/.test(error.message);
  const client = new Etcd3({
    hosts: [...endpoints],
    ...(credentials && { credentials }),
    ...(username !== undefined && { auth: { username, password: password ?? '' } }),
    grpcOptions: {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      // gRPC waits a second after a connection that was cut, and fails all requests meanwhile; etcd is back sooner.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 2000,
    },
    // The machine's time: a deadline of gRPC.
    defaultCallOptions: ({ isStream }) =>
      isStream ? {} : { deadline: new Date(performance.timeOrigin + performance.now() + patience) },
    faultHandling: {
      host: () => policies.noop,
      // What was never sent is sent to another member; all else is for who asked to decide.
      global: policies.retry(policies.handleWhen(notSent), { maxAttempts: 2 * endpoints.length }),
    },
  });
  remember(client, connection);
  return { client, root };
}
