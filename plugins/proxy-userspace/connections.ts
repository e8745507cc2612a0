// Connections: every TCP socket that carries something, and which proxy took it. They outlive a proxy that hands over.
// Always true: a socket is in here from when we got it until it is closed.

import { once } from 'node:events';
import type { Socket } from 'node:net';

export class Connections {
  readonly #takenBy = new Map<Socket, object>();

  get size(): number {
    return this.#takenBy.size;
  }

  add(socket: Socket, takenBy: object): void {
    this.#takenBy.set(socket, takenBy);
    socket.once('close', () => this.#takenBy.delete(socket));
  }

  /** Breaks off what the proxy took, or everything. Comes back when the sockets are closed. */
  async end(takenBy?: object): Promise<void> {
    const sockets = [...this.#takenBy].filter(([, by]) => takenBy === undefined || by === takenBy).map(([one]) => one);
    const closed = sockets.map((socket) => (socket.closed ? undefined : once(socket, 'close')));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  }
}
