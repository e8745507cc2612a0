// A relay between a store and its etcd, on a port of its own: the connection that can be cut.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly endpoint: string;
  /** Whether nothing is let through for now. */
  #isDown = false;

  private constructor(server: Server) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async to(endpoint: string): Promise<Relay> {
    const { hostname, port } = new URL(endpoint);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relay = new Relay(server);
    server.on('connection', (near) => relay.#join(near, connect(Number(port), hostname)));
    return relay;
  }

  /**
   * Everything that is on its way, there or back, is lost. Gives how many connections there were.
   * @param down nor does anything come through until `up`
   */
  cut(down = false): number {
    this.#isDown = down;
    // Two ends each.
    const connections = this.#sockets.size / 2;
    for (const socket of this.#sockets) socket.destroy();
    return connections;
  }

  up(): void {
    this.#isDown = false;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    if (this.#isDown) near.destroy();
  }
}
