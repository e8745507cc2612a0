// Workloads of proxies: real sockets on loopback. Servers and clients are in a process of their own; the process of the run
// has the proxy alone, so its processor time is the proxy's. The same load is put on a server without the proxy first: what
// the machine gives today, to be compared with.
//   ProxyConnections   a connection for each request
//   ProxyRequests      requests on connections that are kept
//   ProxyBytes         much on few connections
//   ProxyDatagrams     UDP, there and back

import type { Size, Trial } from '../trial.ts';
import { loadTrial } from './proxies/load-trial.ts';

/** @param size pods: connections, requests or datagrams; MiB of a connection */
export async function proxyTrials({ pods }: Size): Promise<readonly Trial[]> {
  const labels = ['fast', 'performance'];
  const many = { connections: pods ?? 2000, requests: pods ?? 20_000, datagrams: pods ?? 10_000 };
  return [
    loadTrial({ kind: 'connections', clients: 16, count: many.connections, labels }),
    loadTrial({ kind: 'requests', clients: 32, count: many.requests, labels }),
    loadTrial({ kind: 'bytes', clients: 4, count: (pods ?? 64) * 2 ** 20, labels }),
    loadTrial({ kind: 'datagrams', clients: 16, count: many.datagrams, labels }),
  ];
}
