// A server on a port of this machine, or on the next free one: found by listening, as whoever asks first and listens
// then may find that somebody was faster.

import type { Server } from 'node:net';

/** Listens at `port` (0: any free one) or, with `orNext`, at the first free one of the `orNext` ports after it. */
export async function listen(server: Server, port: number, address: string, orNext = 0): Promise<void> {
  for (let next = port; ; next += 1) {
    try {
      return await listenAt(server, next, address);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (next < Math.min(port + orNext, 65_535)) continue;
      const where =
        orNext > 0 ? `port ${port} of ${address} and the ${orNext} after it are` : `port ${port} of ${address} is`;
      throw new Error(`${where} taken by another program; choose another one, or 0 for any free one`, { cause: error });
    }
  }
}

function listenAt(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
