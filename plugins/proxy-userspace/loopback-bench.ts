// Loopback bench: the wire that describeProxy needs, on 127.0.0.1. Servers and clients are real sockets; the network is
// of kind `real` (a backend's address is where it listens), and remembers where a proxy says that a service's address is.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { HostAddress, Network, Protocol } from '../../core/contracts/network.ts';
import type { Frontend, Proxy } from '../../core/contracts/proxy.ts';
import type { BenchServer, Conversation, ProxyBench } from '../../core/testing/describe-proxy.ts';

const host = '127.0.0.1';

/** A network that knows only what it is told. */
export class LoopbackNetwork implements Network {
  readonly kind: Network['kind'];
  readonly registered = new Map<string, HostAddress>();
  /** Pods by `host:port` of their end of a connection. */
  readonly pods = new Map<string, string>();

  constructor(kind: Network['kind'] = 'real') {
    this.kind = kind;
  }

  resolve(address: string, port: number, protocol: Protocol): HostAddress | undefined {
    return this.registered.get(`${protocol} ${address}:${port}`);
  }

  register(address: string, port: number, protocol: Protocol, at: HostAddress) {
    const key = `${protocol} ${address}:${port}`;
    if (this.registered.has(key)) throw new Error(`${key} is registered already`);
    this.registered.set(key, at);
    return { close: () => void (this.registered.get(key) === at && this.registered.delete(key)) };
  }

  names(): void {}

  podOf(source: HostAddress): string | undefined {
    return this.pods.get(`${source.host}:${source.port}`);
  }
}

interface Stoppable {
  stop(): Promise<void>;
}

export class LoopbackBench implements ProxyBench {
  readonly network: LoopbackNetwork;
  readonly proxy: Proxy;
  readonly #make: (network: LoopbackNetwork) => Proxy;
  readonly #held: (proxy: Proxy) => number;
  readonly #proxies: Proxy[] = [];
  readonly #servers: Stoppable[] = [];

  /** @param held what all proxies on the network of this one hold. */
  constructor(
    make: (network: LoopbackNetwork) => Proxy,
    held: (proxy: Proxy) => number,
    network = new LoopbackNetwork(),
  ) {
    this.#make = make;
    this.#held = held;
    this.network = network;
    this.proxy = this.successor();
  }

  successor(): Proxy {
    const proxy = this.#make(this.network);
    this.#proxies.push(proxy);
    return proxy;
  }

  async serve(name: string, protocol: Protocol): Promise<BenchServer> {
    const server = await (protocol === 'UDP' ? serveUdp(name) : serveTcp((socket) => answerLines(name, socket)));
    this.#servers.push(server);
    return server;
  }

  /** A server that does with each connection what the test wants. */
  async serveWith(handle: (socket: Socket) => void): Promise<BenchServer> {
    const server = await serveTcp(handle);
    this.#servers.push(server);
    return server;
  }

  async freePort(protocol: Protocol): Promise<number> {
    const server = await (protocol === 'UDP' ? serveUdp('') : serveTcp(() => {}));
    await server.stop();
    return server.port;
  }

  /** Where a client of this machine finds the frontend. */
  find(frontend: Frontend): HostAddress | undefined {
    if (frontend.kind === 'NodePort') return { host, port: frontend.port };
    return this.network.resolve(frontend.address, frontend.port, frontend.protocol);
  }

  /** @param localPort the client's own port; any unless told. */
  async open(frontend: Frontend, localPort = 0): Promise<Socket> {
    const at = this.find(frontend);
    if (!at) throw Object.assign(new Error(`nothing listens at ${frontend.id}`), { code: 'ECONNREFUSED' });
    const own = localPort === 0 ? {} : { localPort, localAddress: host };
    const socket = connect({ host: at.host, port: at.port, ...own, allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return socket;
  }

  async connect(frontend: Frontend): Promise<Conversation> {
    return converse(await this.open(frontend));
  }

  async askByDatagram(frontend: Frontend, text: string): Promise<string> {
    const client = new DatagramClient();
    try {
      return await client.ask(this.find(frontend), text);
    } finally {
      client.close();
    }
  }

  held(): number {
    return this.#held(this.proxy) + this.network.registered.size;
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies) await proxy.stop({ keepRules: false });
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}

/** A client with a port of its own, as UDP needs it to be told from others. */
export class DatagramClient {
  readonly #socket = createSocket('udp4');

  async ask(at: HostAddress | undefined, text: string): Promise<string> {
    if (!at) throw Object.assign(new Error('nothing listens there'), { code: 'ECONNREFUSED' });
    const answer = once(this.#socket, 'message');
    this.#socket.send(text, at.port, at.host);
    const [data] = (await answer) as [Buffer];
    return data.toString();
  }

  send(at: HostAddress, text: string): void {
    this.#socket.send(text, at.port, at.host);
  }

  close(): void {
    this.#socket.close();
  }
}

function converse(socket: Socket): Conversation {
  socket.on('error', () => {});
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    ask: async (text) => {
      if (socket.destroyed) throw new Error('the connection is closed');
      socket.write(`${text}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the connection was closed instead of an answer');
      return value;
    },
    close: async () => {
      if (socket.destroyed) return;
      const closed = once(socket, 'close');
      socket.end();
      socket.resume();
      await closed;
    },
  };
}

function answerLines(name: string, socket: Socket): void {
  socket.on('error', () => {});
  createInterface({ input: socket })
    .on('line', (line) => socket.write(`${name} heard ${line}\n`))
    .on('close', () => socket.end());
}

async function serveTcp(handle: (socket: Socket) => void): Promise<BenchServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    handle(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    address: host,
    port,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function serveUdp(name: string): Promise<BenchServer> {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => socket.send(`${name} heard ${data}`, from.port, from.address));
  socket.bind(0, host);
  await once(socket, 'listening');
  let stopped = false;
  return {
    address: host,
    port: socket.address().port,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
