// Free port: a port of loopback that nothing uses at the moment, for programs that must be told where to listen.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Protocol } from '../../core/contracts/network.ts';

export function freePort(protocol: Protocol): Promise<number> {
  return new Promise((resolve, reject) => {
    if (protocol === 'UDP') {
      const socket = createSocket('udp4');
      socket.once('error', reject);
      return socket.bind(0, '127.0.0.1', () => {
        const { port } = socket.address();
        socket.close(() => resolve(port));
      });
    }
    const server = createServer();
    server.once('error', reject);
    return server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
