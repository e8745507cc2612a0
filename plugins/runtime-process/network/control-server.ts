// Control server: where the preload inside containers asks the virtual network. It listens on loopback only, on a port
// of the machine's choice; whoever connects says the secret token of its pod first. The protocol is lines of JSON:
//   in   { token, container }                    once, first
//   in   { id, op, ... }                         a question: listen, unlisten, dial, lookup, peer
//   out  { id, ... }                             its answer
//   out  { signal }                              asks the program to end, where the system has no signals
// Always true: what a connection registered ends with it, so a killed process leaves nothing in the table.

import { createServer, type Server, type Socket } from 'node:net';

/** One container's connection, once it has shown its token. */
export interface ControlSession {
  /** Answers one question. */
  ask(question: Readonly<Record<string, unknown>>): object;
  /** The process has gone. */
  end(): void;
}

type Welcome = (token: string, container: string, send: (message: object) => void) => ControlSession | undefined;

/** A line longer than this is nobody's question. */
const longestLine = 64 * 1024;

export class ControlServer {
  readonly #welcome: Welcome;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #listening: Promise<number> | undefined;

  /** @param welcome looks at the token; undefined sends the caller away. */
  constructor(welcome: Welcome) {
    this.#welcome = welcome;
  }

  /** Listens from the first call on; resolves to the port. */
  port(): Promise<number> {
    this.#listening ??= new Promise((resolve, reject) => {
      const server = createServer((socket) => this.#accept(socket));
      this.#server = server;
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    return this.#listening;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    let session: ControlSession | undefined;
    let rest = '';
    const send = (message: object) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    };
    const take = (line: string) => {
      const message = JSON.parse(line) as Record<string, unknown>;
      if (session) return send({ id: message.id, ...session.ask(message) });
      session = this.#welcome(String(message.token), String(message.container), send);
      if (!session) socket.destroy();
    };
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      try {
        for (const line of lines) if (!socket.destroyed) take(line);
        if (rest.length > longestLine) socket.destroy();
      } catch {
        socket.destroy(); // not our protocol
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      session?.end();
    });
  }
}
