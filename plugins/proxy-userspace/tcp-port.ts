// TCP port: listens, and joins each client's connection to a backend's.
// Always true: what one side sends, the other gets in full, no faster than it takes it; one side may end its half and go
// on reading (half-close); a connection that breaks on one side is reset on the other; no socket outlives its partner.

import { connect, createServer, type Socket } from 'node:net';
import type { HostAddress } from '../../core/contracts/network.ts';
import type { OpenPort } from './switchboard.ts';

export interface TcpClaimant {
  /** A client has connected. Nothing has been read from it yet; whoever gets it answers for its errors. */
  connected(client: Socket): void;
}

/** @param served who gets the next connection; undefined: nobody, it is reset. */
export function openTcpPort(listen: HostAddress, served: () => TcpClaimant | undefined): Promise<OpenPort> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const claimant = served();
    if (claimant) claimant.connected(client);
    else client.resetAndDestroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: listen.host, port: listen.port }, () => {
      server.off('error', reject);
      // What goes wrong with a listening socket later (no file left for the next connection) concerns that client alone.
      server.on('error', () => {});
      const { port } = server.address() as { port: number };
      resolve({ at: { host: listen.host, port }, endFlows: () => {}, close: () => server.close() });
    });
  });
}

/** A connection to the address. Rejects when it is refused, or when `signal` gives up. */
export function dial(at: HostAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: at.host, port: at.port, allowHalfOpen: true, noDelay: true });
    const giveUp = () => {
      socket.destroy();
      reject(signal.reason);
    };
    socket.once('connect', () => {
      signal.removeEventListener('abort', giveUp);
      socket.off('error', failed);
      resolve(socket);
    });
    const failed = (error: Error) => {
      signal.removeEventListener('abort', giveUp);
      reject(error);
    };
    socket.once('error', failed);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** Carries bytes both ways until both sides have ended. */
export function join(client: Socket, backend: Socket): void {
  endTogether(client, backend);
  endTogether(backend, client);
  client.pipe(backend);
  backend.pipe(client);
}

function endTogether(one: Socket, other: Socket): void {
  one.on('error', () => other.resetAndDestroy());
  one.once('close', () => {
    // Both halves ended in order: what is still on its way to the other side gets there.
    if (!one.readableEnded || !one.writableFinished) other.destroy();
  });
}
