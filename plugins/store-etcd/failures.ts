// Failures: what etcd, or the way to it, answers, in words that say what to do.

import type { Etcd } from './etcd-stream.ts';

/** Where an Etcd is, for messages; set when it is made. */
const places = new WeakMap<object, string>();

export const remember = (client: object, endpoints: readonly string[]): void => {
  places.set(client, endpoints.join(', '));
};

export function inWords(error: Error, { client }: Etcd): Error {
  const where = places.get(client) ?? 'etcd';
  const { message } = error;
  const say = (text: string) => new Error(`etcd at ${where} ${text}`, { cause: error });
  if (/request is too large|larger than max/.test(message))
    return new Error('etcdserver: request is too large', { cause: error });
  if (/authentication failed|invalid auth token|permission denied|user name is empty/.test(message))
    return say(`refuses the user or password (${message}); check username and password of store-etcd`);
  if (/self.signed|certificate|unable to verify|SSL|handshake/i.test(message))
    return say(`could not be trusted, or did not trust us (${message}); check ca, cert and key of store-etcd`);
  if (
    /ECONNREFUSED|No connection established|UNAVAILABLE|Failed to connect|DEADLINE|circuit|Breaker/i.test(
      `${error.name} ${message}`,
    )
  )
    return say(`does not answer (${message}); it is asked again with every request`);
  if (/database space exceeded|NOSPACE/.test(message))
    return say(
      'has no space left: it takes no writes until it is compacted, defragmented and disarmed (etcdctl alarm disarm)',
    );
  return say(`answered: ${message}`);
}
