// Ports: where a cluster's API listens. A name has its own port, the same each time, so that kubeconfigs stay right; one
// that is taken is replaced by the next free one.

import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/** The port of a cluster that nobody chose a port for: 6443 for the usual name, one by the name for others. */
export function portOf(name: string): number {
  if (name === 'kubelab') return 6443;
  return 20_000 + (createHash('sha256').update(name).digest().readUInt32BE(0) % 10_000);
}

/** The first port from `wanted` on that nobody listens at; 0 (any) after a hundred taken ones. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100 && port < 65_536; port += 1) {
    if (await isFree(port)) return port;
  }
  return 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
