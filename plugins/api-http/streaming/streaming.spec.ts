import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { expect } from 'chai';
import { createWebSocketStream, WebSocket } from 'ws';
import type {
  ContainerSession,
  KubeletConnection,
  PortConnection,
} from '../../../core/contracts/kubelet-connection.ts';
import { Nodes, Pods } from '../../../core/model/index.ts';
import { mockSession } from '../../runtime-mock/mock-session.ts';
import { admin, TestFace } from '../test-face.ts';
import { dataFrame, type Frame, frames, frameType, synStream } from './spdy-frames.ts';
import { HeaderPacker } from './spdy-headers.ts';

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

/** A container with commands that a test knows. */
class FakeKubelet implements KubeletConnection {
  closed = 0;
  sizes: unknown[] = [];
  /** Bytes that `flood` has given out. */
  flooded = 0;
  aborted = 0;

  logs = () => Promise.reject(new Error('no logs here'));

  async exec(_namespace: string, _pod: string, options: Parameters<NonNullable<KubeletConnection['exec']>>[2]) {
    const { container, command, stdin, tty } = options;
    if (container === 'init') throw new Error('container not found ("init")');
    const [name, code = '0'] = command;
    const session =
      name === 'flood'
        ? this.#flood()
        : mockSession({
            output: name === 'cat' ? '' : `${name}\n`,
            to: name === 'err' ? 'stderr' : 'stdout',
            exitCode: Number(code),
            stdin,
            tty,
          });
    const ended = name === 'broken' ? Promise.reject(new Error('no such program')) : session.ended;
    ended.catch(() => {});
    const close = () => {
      this.closed += 1;
      session.close();
    };
    return { ...session, ended, close, resize: (size: object) => void this.sizes.push(size) };
  }

  attach = () => this.exec('', '', { container: 'web', command: ['attached', '9'], stdin: true, tty: true });

  async portForward(_namespace: string, _pod: string, port: number): Promise<PortConnection> {
    if (port !== 80) throw new Error(`error forwarding port ${port} to pod x: connection refused`);
    const { stdout, stdin } = mockSession({ output: 'welcome ', to: 'stdout', exitCode: 0, stdin: true, tty: true });
    const writer = (stdin as WritableStream<Uint8Array>).getWriter();
    const abort = () => {
      this.aborted += 1;
      return writer.abort();
    };
    const writable = new WritableStream<Uint8Array>({
      write: (b) => writer.write(b),
      close: () => writer.close(),
      abort,
    });
    return { readable: stdout, writable };
  }

  #flood(): ContainerSession {
    const stdout = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          this.flooded += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
      },
      { highWaterMark: 0 },
    );
    return { stdout, resize: () => {}, ended: new Promise(() => {}), close: () => {} };
  }
}

describe('exec, attach and port-forward', () => {
  const kubelet = new FakeKubelet();
  let world: TestFace;
  let options: { cert: string; key: string; ca: string };
  let base: string;
  const open: { terminate(): void }[] = [];

  before(async () => {
    const connections = { to: (node: string) => (node === 'node-1' ? kubelet : undefined), enter: () => () => {} };
    world = await new TestFace({ connections }).start();
    await world.client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {} });
    const pods = world.client.of(Pods).in('default');
    const containers = [{ name: 'web', image: 'x' }];
    const initContainers = [{ name: 'init', image: 'x' }];
    await pods.create({ metadata: { name: 'one' }, spec: { nodeName: 'node-1', containers, initContainers } });
    await pods.create({ metadata: { name: 'waiting' }, spec: { containers } });
    const { certificate: cert, key } = await world.face.clientCertificate(admin);
    options = { cert, key, ca: world.face.certificateAuthority };
    base = `/api/v1/namespaces/default/pods/one`;
  });
  after(async () => {
    for (const socket of open) socket.terminate();
    await world.stop();
  });

  /** A WebSocket, with all that came over each channel. */
  async function connect(path: string, protocol = 'v5.channel.k8s.io') {
    const socket = new WebSocket(`${world.face.url.replace('https', 'wss')}${path}`, [protocol], options);
    open.push(socket);
    const heard: string[] = ['', '', '', '', ''];
    const order: number[] = [];
    socket.on('message', (frame) => {
      const data = frame as Buffer;
      heard[data[0] ?? 9] += data.subarray(1).toString('latin1');
      order.push(data[0] ?? 9);
    });
    const closed = once(socket, 'close') as Promise<[number]>;
    await once(socket, 'open');
    const send = (channel: number, text: string) =>
      socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
    return { socket, heard, order, closed, send, status: async () => (await closed) && JSON.parse(heard[3] ?? '') };
  }

  describe('over WebSockets', () => {
    it('runs a command: output, a half-closed input, and a Status with the exit code', async () => {
      const { socket, heard, send, status } = await connect(
        `${base}/exec?command=cat&command=7&stdin=true&stdout=true`,
      );
      expect(socket.protocol).to.equal('v5.channel.k8s.io');
      send(0, 'hello');
      socket.send(Buffer.from([255, 0]));
      expect(await status()).to.deep.include({
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '7' }] },
      });
      expect(heard[1]).to.equal('hello');
    });

    it('keeps stderr apart, and says Success', async () => {
      const { heard, order, status } = await connect(`${base}/exec?command=err&stderr=1&stdout=1`, 'v4.channel.k8s.io');
      expect(await status()).to.deep.equal({ metadata: {}, status: 'Success' });
      expect([heard[1], heard[2]]).to.deep.equal(['', 'err\n']);
      expect(order.at(-1)).to.equal(3);
    });

    it('drops what comes on unknown channels, and nonsense on known ones', async () => {
      const { socket, heard, send, status } = await connect(
        `${base}/exec?command=cat&stdin=true&stdout=true&tty=true&container=web`,
      );
      kubelet.sizes = [];
      for (const channel of [1, 2, 3, 7, 200]) send(channel, 'what?');
      for (const bytes of [[], [0], [255], [255, 77]]) socket.send(Buffer.from(bytes));
      for (const text of [
        '{"Width":80,',
        '"Height":24}{"Width":0}{"Width":1e9,"Height":1}',
        '}}nonsense}',
        'x'.repeat(2000),
      ])
        send(4, text);
      send(4, '{"Width":81,"Height":25}');
      send(0, 'still here');
      socket.send(Buffer.from([255, 0]));
      expect((await status()).status).to.equal('Success');
      expect(heard[1]).to.equal('still here');
      expect(kubelet.sizes).to.deep.equal([
        { width: 80, height: 24 },
        { width: 81, height: 25 },
      ]);
    });

    it('tells what the kubelet refuses, and what cannot be started, in the Status', async () => {
      const missing = await connect(`${base}/exec?command=ls&stdout=true&container=init`);
      expect(await missing.status()).to.deep.include({
        code: 500,
        message: 'Internal error occurred: unable to upgrade connection: container not found ("init")',
      });
      const broken = await connect(`${base}/exec?command=broken&stdout=true`);
      expect((await broken.status()).message).to.equal(
        'Internal error occurred: Internal error occurred: error executing command in container: no such program',
      );
    });

    it('attaches: the exit code is not told', async () => {
      const { heard, socket, status } = await connect(`${base}/attach?stdin=true&stdout=true&tty=true`);
      await until(() => heard[1] === 'attached\n');
      socket.send(Buffer.from([255, 0]));
      expect((await status()).status).to.equal('Success');
    });

    it('ends the command when the client goes', async () => {
      const { socket } = await connect(`${base}/exec?command=cat&stdin=true&stdout=true`);
      const before = kubelet.closed;
      socket.terminate();
      await until(() => kubelet.closed > before);
    });

    it('waits for a client that reads slowly', async () => {
      const before = kubelet.closed;
      const { socket } = await connect(`${base}/exec?command=flood&stdout=true`);
      socket.pause();
      // Until nothing moves any more.
      for (let last = -1; last !== kubelet.flooded; ) {
        last = kubelet.flooded;
        for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(kubelet.flooded).to.be.below(64 * 1024 * 1024);
      socket.terminate();
      await until(() => kubelet.closed > before);
    });

    it('forwards ports over channels, as clients in JavaScript do', async () => {
      const { heard, send, order } = await connect(`${base}/portforward?ports=80&ports=81`, 'v4.channel.k8s.io');
      send(0, 'hello');
      await until(() => heard[0] === 'P\0welcome hello' && (heard[3]?.length ?? 0) > 2);
      expect([heard[1], heard[2], heard[3]]).to.deep.equal([
        'P\0',
        'Q\0',
        'Q\0error forwarding port 81 to pod x: connection refused',
      ]);
      expect(order.filter((channel) => channel === 1)).to.have.length(1);
    });
  });

  /** Sends an upgrade request with nothing behind it. */
  async function upgrade(
    path: string,
    headers: Record<string, string>,
    method = 'POST',
  ): Promise<{ response: IncomingMessage; connection?: Duplex }> {
    const { port } = world.face.address;
    const outgoing = request({
      ...options,
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: { Connection: 'Upgrade', ...headers },
    });
    outgoing.end();
    return new Promise((resolve, reject) => {
      outgoing.once('error', reject);
      outgoing.once('response', (response) => resolve({ response }));
      outgoing.once('upgrade', (response, connection) => {
        open.push({ terminate: () => connection.destroy() });
        resolve({ response, connection });
      });
    });
  }

  /** A small SPDY client: opens streams, and hears what comes back on each. */
  class SpdyClient {
    readonly heard = new Map<number, string>();
    readonly ended = new Set<number>();
    readonly replied = new Set<number>();
    readonly over: Promise<void>;
    readonly transport: Duplex;
    readonly #packer = new HeaderPacker();
    #next = 1;

    constructor(transport: Duplex) {
      this.transport = transport;
      this.over = (async () => {
        for await (const frame of frames(transport)) this.#take(frame);
      })().catch(() => {});
    }

    async open(headers: Record<string, string>): Promise<number> {
      const id = this.#next;
      this.#next += 2;
      this.transport.write(synStream(id, await this.#packer.pack(headers)));
      await until(() => this.replied.has(id));
      return id;
    }

    send(id: number, text: string, last = false): void {
      this.transport.write(dataFrame(id, Buffer.from(text), last));
    }

    #take(frame: Frame): void {
      if (frame.kind === 'data') {
        this.heard.set(frame.stream, (this.heard.get(frame.stream) ?? '') + frame.bytes);
        if (frame.last) this.ended.add(frame.stream);
      } else if (frame.type === frameType.synReply) this.replied.add(frame.payload.readUInt32BE(0));
    }
  }

  describe('over SPDY/3.1', () => {
    const spdy = (protocol: string) => ({ Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': protocol });

    it('runs a command', async () => {
      const { response, connection } = await upgrade(
        `${base}/exec?command=cat&command=3&stdin=1&stdout=1&stderr=1`,
        spdy('v4.channel.k8s.io'),
      );
      expect([response.statusCode, response.headers['x-stream-protocol-version']]).to.deep.equal([
        101,
        'v4.channel.k8s.io',
      ]);
      const client = new SpdyClient(connection as Duplex);
      const error = await client.open({ streamtype: 'error' });
      const stdin = await client.open({ streamtype: 'stdin' });
      const stdout = await client.open({ streamtype: 'stdout' });
      await client.open({ streamtype: 'stderr' });
      client.send(stdin, 'hello', true);
      await client.over;
      expect(client.heard.get(stdout)).to.equal('hello');
      expect(JSON.parse(client.heard.get(error) ?? '').details.causes[0].message).to.equal('3');
      expect(client.ended.has(error) && client.ended.has(stdout)).to.equal(true);
    });

    it('ends the command when the client goes', async () => {
      const before = kubelet.closed;
      const { connection } = await upgrade(`${base}/exec?command=cat&stdin=1`, spdy('v4.channel.k8s.io'));
      const client = new SpdyClient(connection as Duplex);
      await client.open({ streamtype: 'error' });
      await client.open({ streamtype: 'stdin' });
      connection?.destroy();
      await until(() => kubelet.closed > before);
    });

    const forwardOver = (name: string, transport: () => Promise<Duplex>) =>
      it(`forwards ports ${name}`, async () => {
        const client = new SpdyClient(await transport());
        const pair = async (port: string, requestid: string) => ({
          error: await client.open({ streamtype: 'error', port, requestid }),
          data: await client.open({ streamtype: 'data', port, requestid }),
        });
        const good = await pair('80', '0');
        const bad = await pair('81', '1');
        client.send(good.data, 'hello', true);
        await until(() => client.ended.has(good.error) && client.ended.has(bad.error));
        expect(client.heard.get(good.data)).to.equal('welcome hello');
        expect([client.heard.get(good.error), client.heard.get(bad.error)]).to.deep.equal([
          '',
          'error forwarding port 81 to pod x: connection refused',
        ]);
        const before = kubelet.aborted;
        await pair('80', '2');
        client.transport.destroy();
        await until(() => kubelet.aborted > before);
      });

    forwardOver('by an upgrade', async () => {
      const { connection } = await upgrade(`${base}/portforward`, spdy('portforward.k8s.io'));
      return connection as Duplex;
    });
    forwardOver('through the tunnel of a WebSocket', async () => {
      const key = randomBytes(16).toString('base64');
      const protocol = 'SPDY/3.1+portforward.k8s.io';
      const headers = {
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Protocol': protocol,
      };
      const { response, connection } = await upgrade(`${base}/portforward`, headers, 'GET');
      expect(response.headers['sec-websocket-protocol']).to.equal(protocol);
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      expect(response.headers['sec-websocket-accept']).to.equal(accept);
      // ws opens no connection with such a protocol: it is given the one that stands.
      const Client = WebSocket as unknown as new (
        address: null,
        protocols: undefined,
        options: object,
      ) => WebSocket & { setSocket(socket: unknown, head: Buffer, options: object): void };
      const socket = Object.assign(new Client(null, undefined, { autoPong: true }), { _isServer: false });
      socket.setSocket(connection, Buffer.alloc(0), { maxPayload: 0, allowSynchronousEvents: true });
      return createWebSocketStream(socket);
    });
  });

  it('are refused as Kubernetes refuses them', async () => {
    const spdy = { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'v4.channel.k8s.io' };
    const exec = `${base}/exec?command=ls&stdout=true`;
    const refusals: [path: string, headers: Record<string, string>, code: number, message: string][] = [
      [exec, {}, 400, 'Upgrade request required'],
      [exec, { Upgrade: 'h2c' }, 400, 'Upgrade request required'],
      [`${base}/exec?command=ls`, spdy, 400, 'you must specify at least 1 of stdin, stdout, stderr'],
      [`${base}/exec?stdout=true`, spdy, 400, 'you must specify at least one command for the container'],
      [`${exec}&container=no`, spdy, 400, 'container no is not valid for pod one'],
      [exec.replace('one', 'nope'), spdy, 404, 'pods "nope" not found'],
      [exec.replace('one', 'waiting'), spdy, 400, 'pod waiting does not have a host assigned'],
      [
        exec,
        { ...spdy, 'X-Stream-Protocol-Version': 'v9.channel.k8s.io' },
        403,
        'unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v4.channel.k8s.io]',
      ],
      [`${base}/exec?command=ls&stdout=true&container=init`, spdy, 500, 'container not found ("init")'],
      [`${base}/status`, { Upgrade: 'websocket' }, 405, 'post is not supported on resources of kind "pods"'],
    ];
    for (const [path, headers, code, message] of refusals) {
      const { response } = await upgrade(path, headers);
      const text = await new Response(response as unknown as ReadableStream).text();
      expect([response.statusCode, text.startsWith('{') ? JSON.parse(text).message : text.trim()], path).to.deep.equal([
        code,
        message,
      ]);
    }
    const ports = { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'v4.channel.k8s.io' };
    for (const query of ['', '?ports=0', '?ports=http'])
      expect((await upgrade(`${base}/portforward${query}`, ports, 'GET')).response.statusCode).to.equal(400);
    expect((await upgrade(exec, { ...spdy, Upgrade: 'websocket' }, 'GET')).response.statusCode).to.equal(403);
  });

  it('need the right to create, or to get, the subresource', async () => {
    const path = `${base}/exec?command=ls&stdout=true`;
    for (const [method, verb] of [
      ['POST', 'create'],
      ['GET', 'get'],
    ] as const) {
      const { code, json } = await world.ask(path, { method, anonymous: true });
      expect([code, json.message]).to.deep.equal([
        403,
        `pods "one" is forbidden: User "system:anonymous" cannot ${verb} resource "pods/exec" in API group "" in the namespace "default"`,
      ]);
    }
  });
});
