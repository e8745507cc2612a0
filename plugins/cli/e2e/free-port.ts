// A port for a test that must name one before anybody listens there, such as a node port of a Service.

import { createServer } from 'node:net';

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
