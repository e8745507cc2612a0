import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { backendAt, describeProxy, frontendOf, tableOf } from '../../core/testing/describe-proxy.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { DatagramClient, LoopbackBench, LoopbackNetwork } from './loopback-bench.ts';
import { UserspaceProxy } from './userspace-proxy.ts';

const held = (proxy: unknown) => {
  const { ports, sockets } = (proxy as UserspaceProxy).open;
  return ports + sockets;
};
const benchOn = (clock: VirtualClock, network = new LoopbackNetwork()) =>
  new LoopbackBench((wire) => new UserspaceProxy(wire, clock, new SeededRandom(1)), held, network);

describeProxy('userspace', () => benchOn(new VirtualClock()));

describe('userspace proxy', () => {
  let clock: VirtualClock;
  let network: LoopbackNetwork;
  let bench: LoopbackBench;

  beforeEach(() => {
    clock = new VirtualClock();
    network = new LoopbackNetwork();
    bench = benchOn(clock, network);
  });
  afterEach(async () => {
    await bench.close();
    expect(bench.held()).to.equal(0);
    expect(clock.next, 'a timer is left').to.equal(undefined);
  });

  const serveAll = async (...names: string[]) =>
    Promise.all(names.map(async (name) => backendAt(await bench.serve(name, 'TCP'))));
  const reached = async (frontend: ReturnType<typeof frontendOf>) => {
    const conversation = await bench.connect(frontend);
    const answer = await conversation.ask('hello');
    await conversation.close();
    return answer.replace(' heard hello', '');
  };

  it('sends connections round robin', async () => {
    const web = frontendOf(await serveAll('web-1', 'web-2', 'web-3'));
    await bench.proxy.sync(tableOf(web), 'all');
    const names: string[] = [];
    for (let time = 0; time < 9; time += 1) names.push(await reached(web));
    expect(new Set(names.slice(0, 3)).size).to.equal(3);
    expect(names.slice(3, 6)).to.deep.equal(names.slice(0, 3));
    expect(names.slice(6)).to.deep.equal(names.slice(0, 3));
  });

  it('lets a client stay with its pod until it was away for too long', async () => {
    const web = frontendOf(await serveAll('web-1', 'web-2'), { affinity: 60_000 });
    await bench.proxy.sync(tableOf(web), 'all');
    const first = await reached(web);
    await clock.advance(59_000);
    expect(await reached(web)).to.equal(first);
    await clock.advance(59_000);
    expect(await reached(web)).to.equal(first);
    await clock.advance(60_000);
    expect(await reached(web)).not.to.equal(first);
  });

  it('passes over a pod that does not answer, also for a client that stays with it', async () => {
    const dead = await bench.serve('dead', 'TCP');
    const alive = await bench.serve('alive', 'TCP');
    const web = frontendOf([backendAt(dead), backendAt(alive)], { affinity: 60_000 });
    await bench.proxy.sync(tableOf(web), 'all');
    while ((await reached(web)) !== 'dead') await clock.advance(60_000);
    await dead.stop();
    for (let time = 0; time < 5; time += 1) expect(await reached(web)).to.equal('alive');
  });

  it('breaks a connection off when no pod answers', async () => {
    const dead = await bench.serve('dead', 'TCP');
    await dead.stop();
    const web = frontendOf([backendAt(dead)]);
    await bench.proxy.sync(tableOf(web), 'all');
    const socket = await bench.open(web);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).to.equal('ECONNRESET');
  });

  it('lets one side end and the other go on', async () => {
    const server = await bench.serveWith((socket) => {
      const parts: Buffer[] = [];
      socket.on('data', (part: Buffer) => parts.push(part));
      socket.on('end', () => socket.end(`${Buffer.concat(parts)}, and bye`));
    });
    const web = frontendOf([backendAt(server)]);
    await bench.proxy.sync(tableOf(web), 'all');
    const client = await bench.open(web);
    client.end('everything');
    expect(await textOf(client)).to.equal('everything, and bye');
  });

  it('carries no faster than it is taken, and loses nothing', async () => {
    const part = Buffer.alloc(256 * 1024, 'x');
    const parts = 256;
    let accepted: Socket | undefined;
    const server = await bench.serveWith((socket) => {
      accepted = socket.pause();
    });
    const web = frontendOf([backendAt(server)]);
    await bench.proxy.sync(tableOf(web), 'all');
    const client = await bench.open(web);
    let sent = 0;
    for (; sent < parts; sent += 1) if (!client.write(part) && !(await drains(client))) break;
    expect(sent, 'nobody reads, so buffers on the way fill up and the client has to wait').to.be.lessThan(parts);
    for (sent += 1; sent < parts; sent += 1) client.write(part);
    client.end();
    let received = 0;
    accepted?.on('data', (data: Buffer) => {
      received += data.length;
    });
    accepted?.resume();
    await once(accepted!, 'end');
    expect(received).to.equal(part.length * parts);
    accepted?.end();
    await once(client.resume(), 'close');
  });

  it('resets the other side when one side breaks off', async () => {
    const fromClient = new Promise<string | undefined>((resolve) => {
      void bench
        .serveWith((socket) => {
          socket.write('welcome');
          socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
          socket.resume().on('end', () => resolve('ended in order'));
        })
        .then(async (server) => {
          const web = frontendOf([backendAt(server)]);
          await bench.proxy.sync(tableOf(web), 'all');
          const client = await bench.open(web);
          await once(client, 'data');
          client.resetAndDestroy();
        });
    });
    expect(await fromClient).to.equal('ECONNRESET');
    while (held(bench.proxy) > 1) await new Promise((resolve) => setImmediate(resolve));
  });

  it('knows a pod of the virtual network by its name, whatever port it comes from', async () => {
    const virtual = new LoopbackNetwork('virtual');
    const pods = benchOn(clock, virtual);
    try {
      const servers = await Promise.all(['web-1', 'web-2'].map((name) => pods.serve(name, 'TCP')));
      const backends = servers.map((server, at) => {
        const address = `10.244.0.${at + 2}`;
        virtual.register(address, 80, 'TCP', { host: server.address, port: server.port });
        return backendAt({ ...server, address, port: 80 });
      });
      const web = frontendOf(backends, { affinity: 60_000 });
      await pods.proxy.sync(tableOf(web), 'all');
      const askAs = async (pod: string) => {
        const port = await pods.freePort('TCP');
        virtual.pods.set(`127.0.0.1:${port}`, pod);
        const socket = await pods.open(web, port);
        socket.end('hello\n');
        return textOf(socket);
      };
      const client = await askAs('default/client');
      expect(await askAs('default/other')).not.to.equal(client);
      expect(await askAs('default/client')).to.equal(client);
    } finally {
      virtual.registered.delete('TCP 10.244.0.2:80');
      virtual.registered.delete('TCP 10.244.0.3:80');
      await pods.close();
    }
  });

  it('reports a port that another program has, serves the rest, and tries again with the next sync', async () => {
    const [backend] = await serveAll('web-1');
    const other = await bench.serve('another program', 'TCP');
    const inside = frontendOf([backend!]);
    const outside = frontendOf([backend!], { kind: 'NodePort', address: '', port: other.port });
    const table = tableOf(inside, outside);
    expect(await bench.proxy.sync(table, 'all')).to.deep.equal({
      failed: [{ frontend: outside.id, reason: `port ${other.port} (TCP) is in use by another program` }],
    });
    expect(await reached(inside)).to.equal('web-1');
    await other.stop();
    expect(await bench.proxy.sync(table, 'all')).to.deep.equal({ failed: [] });
    expect(await reached(outside)).to.equal('web-1');
  });

  it('opens no socket on a network where nothing listens, and traces all the same', async () => {
    const none = new LoopbackNetwork('none');
    const proxy = new UserspaceProxy(none, clock, new SeededRandom(1));
    const web = frontendOf([backendAt({ address: '10.244.0.2', port: 80, stop: async () => {} })]);
    expect(await proxy.sync(tableOf(web), 'all')).to.deep.equal({ failed: [] });
    expect(proxy.open).to.deep.equal({ ports: 0, sockets: 0 });
    const packet = { destination: { address: web.address, port: 80 }, protocol: 'TCP' as const };
    expect(proxy.trace(packet).backends.map(({ address }) => address)).to.deep.equal(['10.244.0.2']);
    await proxy.stop({ keepRules: false });
  });

  it('names the sockets in its trace', async () => {
    const [backend] = await serveAll('web-1');
    const web = frontendOf([backend!], { affinity: 60_000 });
    await bench.proxy.sync(tableOf(web), 'all');
    await reached(web);
    const source = { address: '127.0.0.1', port: 1 };
    const route = bench.proxy.trace({ destination: { address: web.address, port: 80 }, source, protocol: 'TCP' });
    expect(route.steps.map(({ rule, effect }) => `${rule}: ${effect}`)).to.deep.equal([
      `10.96.0.10:80/TCP is default/web ClusterIP: socket 127.0.0.1:${bench.find(web)?.port}`,
      'session affinity ClientIP, 60 s: 127.0.0.1 stays with its pod',
      `dial 127.0.0.1:${backend?.port}: connects`,
    ]);
  });

  describe('UDP', () => {
    const dnsOn = (backends: Parameters<typeof frontendOf>[0]) => frontendOf(backends, { protocol: 'UDP', port: 53 });
    const serveUdp = async (...names: string[]) =>
      Promise.all(names.map(async (name) => backendAt(await bench.serve(name, 'UDP'))));
    let client: DatagramClient;

    beforeEach(() => {
      client = new DatagramClient();
    });
    afterEach(() => client.close());

    it('keeps a client’s datagrams with one pod until it was silent for long', async () => {
      const dns = dnsOn(await serveUdp('dns-1', 'dns-2'));
      await bench.proxy.sync(tableOf(dns), 'all');
      const first = await client.ask(bench.find(dns), 'x');
      await clock.advance(29_000);
      expect(await client.ask(bench.find(dns), 'x')).to.equal(first);
      await clock.advance(29_000);
      expect(await client.ask(bench.find(dns), 'x')).to.equal(first);
      await clock.advance(30_000);
      expect(await client.ask(bench.find(dns), 'x')).not.to.equal(first);
    });

    it('gives clients their own flows, in turn', async () => {
      const dns = dnsOn(await serveUdp('dns-1', 'dns-2'));
      await bench.proxy.sync(tableOf(dns), 'all');
      const answers = [await bench.askByDatagram(dns, 'x'), await bench.askByDatagram(dns, 'x')];
      expect(new Set(answers).size).to.equal(2);
    });

    it('ends flows to a pod that is no endpoint any more', async () => {
      const [one, two] = await serveUdp('dns-1', 'dns-2');
      await bench.proxy.sync(tableOf(dnsOn([one!])), 'all');
      expect(await client.ask(bench.find(dnsOn([])), 'x')).to.equal('dns-1 heard x');
      await bench.proxy.sync(tableOf(dnsOn([two!])), new Set([dnsOn([]).id]));
      expect(await client.ask(bench.find(dnsOn([])), 'x')).to.equal('dns-2 heard x');
    });

    it('sends a datagram on to the next pod when the first one refuses it', async () => {
      const dead = await bench.serve('dead', 'UDP');
      const [alive] = await serveUdp('alive');
      await dead.stop();
      const dns = dnsOn([backendAt(dead), alive!]);
      await bench.proxy.sync(tableOf(dns), 'all');
      for (let time = 0; time < 6; time += 1) expect(await bench.askByDatagram(dns, 'x')).to.equal('alive heard x');
    });

    it('goes on with its flows when a successor takes over', async () => {
      const dns = dnsOn(await serveUdp('dns-1', 'dns-2'));
      await bench.proxy.sync(tableOf(dns), 'all');
      const first = await client.ask(bench.find(dns), 'x');
      const successor = bench.successor();
      await successor.sync(tableOf(dns), 'all');
      await bench.proxy.stop({ keepRules: true });
      for (let time = 0; time < 3; time += 1) expect(await client.ask(bench.find(dns), 'x')).to.equal(first);
    });
  });
});

/** Whether the socket takes more before everything on the way has come to rest. */
async function drains(socket: Socket): Promise<boolean> {
  let drained = false;
  socket.once('drain', () => {
    drained = true;
  });
  for (let turn = 0; turn < 500 && !drained; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return drained;
}

async function textOf(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  await once(socket, 'close');
  return Buffer.concat(parts).toString();
}
