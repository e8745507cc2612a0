import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { Pods } from './pods.fixture.ts';

const listensOn80 = `
  import { createServer } from 'node:http';
  import { hostname } from 'node:os';
  const server = createServer((request, response) => response.end(hostname() + ' to ' + request.socket.remoteAddress));
  server.listen(80, () => console.log('ready', JSON.stringify(server.address())));
`;

describe('the network of process pods', () => {
  let pods: Pods;
  beforeEach(() => {
    pods = new Pods();
  });
  afterEach(() => pods.close());

  it('lets two replicas listen on port 80, each reached at its own address', async () => {
    const [one, two] = await Promise.all([pods.script('one', listensOn80), pods.script('two', listensOn80)]);
    expect(await pods.printed(one.id, 'ready')).to.contain('"port":80');
    await pods.printed(two.id, 'ready');
    const client = await pods.script(
      'client',
      `for (const address of ['${one.address}', '${two.address}'])
         console.log(await (await fetch('http://' + address)).text());`,
    );
    await pods.ended(client.id);
    expect(await pods.logs(client.id)).to.equal(`one to ${client.address}\ntwo to ${client.address}\n`);
  });

  it("makes each pod's localhost its own, shared by its containers", async () => {
    const [one, two] = await Promise.all([pods.script('one', listensOn80), pods.script('two', listensOn80)]);
    await pods.printed(one.id, 'ready');
    await pods.printed(two.id, 'ready');
    for (const host of ['localhost', '127.0.0.1', '0.0.0.0', '[::1]']) {
      const { out } = await pods.exec(
        two.id,
        'node',
        '-e',
        `fetch('http://${host}').then((r) => r.text()).then(console.log)`,
      );
      expect(out, host).to.match(/^two to /);
    }
    const neighbour = await pods.add(one.sandboxId, 'busybox', { name: 'neighbour', command: ['sleep', '100'] });
    expect((await pods.exec(neighbour, 'wget', '-qO-', 'http://localhost')).out).to.match(/^one to 127.0.0.1/);
  });

  it('refuses a port that another container of the pod has, and a port nobody listens on', async () => {
    const one = await pods.script('one', listensOn80);
    await pods.printed(one.id, 'ready');
    const second = await pods.exec(
      one.id,
      'node',
      '-e',
      `require('net').createServer().on('error', (e) => console.log(e.message)).listen(80)`,
    );
    expect(second.out).to.equal('listen EADDRINUSE: address already in use :::80\n');
    const refused = await pods.exec(
      one.id,
      'node',
      '-e',
      `require('net').connect(81, 'localhost').on('error', (e) => console.log(e.code, e.port))`,
    );
    expect(refused.out).to.equal('ECONNREFUSED 81\n');
    const nobody = await pods.exec(
      one.id,
      'node',
      '-e',
      `require('net').connect(80, '10.244.9.9').on('error', (e) => console.log(e.message))`,
    );
    expect(nobody.out).to.equal('connect EHOSTUNREACH 10.244.9.9:80\n');
  });

  it('knows services by name and address, over TCP, and tells the proxy which pod calls', async () => {
    const callers: (string | undefined)[] = [];
    const proxy: Server = createServer((socket) => {
      socket.resume();
      callers.push(pods.network.podOf({ host: socket.remoteAddress!, port: socket.remotePort! }, 'TCP'));
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nservice');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as { port: number };
    pods.network.register('10.96.0.7', 80, 'TCP', { host: '127.0.0.1', port });
    pods.network.names([
      { name: 'web.default.svc.cluster.local', addresses: ['10.96.0.7'] },
      { name: 'alias.default.svc.cluster.local', addresses: [], alias: 'web.default.svc.cluster.local' },
      { name: 'machine.default.svc.cluster.local', addresses: [], alias: 'ip6-nobody.invalid' },
    ]);
    const client = await pods.script(
      'client',
      `import dns from 'node:dns';
       import { lookup, resolve4 } from 'node:dns/promises';
       for (const host of ['web', 'web.default', 'web.default.svc.cluster.local', '10.96.0.7'])
         console.log(await (await fetch('http://' + host)).text());
       console.log(JSON.stringify([await lookup('web'), await resolve4('web.default.svc.cluster.local')]));
       dns.lookup('web', (error, address, family) => console.log(error, address, family));
       const missing = await fetch('http://nobody').catch((error) => error.cause);
       console.log(missing.message);
       const outside = await lookup('nobody.svc.cluster.local').catch((error) => error.code);
       console.log(outside);
       console.log('alias ' + (await lookup('alias')).address + ' ' + (await (await fetch('http://alias')).text()));
       const asked = await lookup('machine').catch((error) => error);
       console.log('asked the machine for ' + asked.hostname + ': ' + asked.code);`,
    );
    await pods.ended(client.id);
    const lines = (await pods.logs(client.id)).split('\n');
    expect(lines.slice(0, 5)).to.deep.equal([
      ...Array(4).fill('service'),
      '[{"address":"10.96.0.7","family":4},["10.96.0.7"]]',
    ]);
    expect(lines).to.include.members(['null 10.96.0.7 4', 'getaddrinfo ENOTFOUND nobody', 'ENOTFOUND']);
    expect(lines).to.include.members([
      'alias 10.96.0.7 service',
      'asked the machine for ip6-nobody.invalid: ENOTFOUND',
    ]);
    expect(callers).to.deep.equal(Array(5).fill(client.address));
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('carries UDP, with the addresses of the pod network at both ends', async () => {
    const echo = await pods.run('echo', 'kubelab/echo');
    await pods.printed(echo.id, 'UDP on port 7');
    const client = await pods.script(
      'client',
      `import { createSocket } from 'node:dgram';
       const socket = createSocket('udp4', (message, from) => {
         console.log(String(message), from.address, from.port, socket.address().address);
         socket.close();
       });
       socket.send('hello', 7, '${echo.address}');`,
    );
    await pods.ended(client.id);
    expect(await pods.logs(client.id)).to.equal(`hello ${echo.address} 7 0.0.0.0\n`);
    expect(await pods.printed(echo.id, 'UDP from')).to.match(new RegExp(`UDP from ${client.address}:\\d+`));
  });

  it('tells which pod a datagram is from, and takes its answer back', async () => {
    const { createSocket } = await import('node:dgram');
    const proxy = createSocket('udp4', (message, from) => {
      const pod = pods.network.podOf({ host: from.address, port: from.port }, 'UDP');
      proxy.send(`${message} from ${pod}`, from.port, from.address);
    });
    await new Promise<void>((resolve) => proxy.bind(0, '127.0.0.1', resolve));
    pods.network.register('10.96.0.9', 53, 'UDP', { host: '127.0.0.1', port: proxy.address().port });
    const client = await pods.script(
      'client',
      `import { createSocket } from 'node:dgram';
       const socket = createSocket('udp4');
       socket.connect(53, '10.96.0.9', () => socket.send('asked'));
       socket.on('message', (message, from) => { console.log(String(message), from.address, from.port); socket.close(); });`,
    );
    await pods.ended(client.id);
    expect(await pods.logs(client.id)).to.equal(`asked from ${client.address} 10.96.0.9 53\n`);
    proxy.close();
  });

  it('forgets what a process listened on when it is killed', async () => {
    const one = await pods.script('one', listensOn80);
    await pods.printed(one.id, 'ready');
    expect(pods.network.resolve(one.address, 80, 'TCP')).to.have.property('port');
    await pods.runtime.stopContainer(one.id, 0);
    const again = await pods.add(one.sandboxId, 'node', {
      attempt: 1,
      command: ['node', '--input-type=module', '-e', listensOn80],
    });
    await pods.printed(again, 'ready');
    await pods.runtime.stopSandbox(one.sandboxId);
    expect(pods.network.resolve(one.address, 80, 'TCP')).to.equal(undefined);
  });

  it('shows a pod its own name and card', async () => {
    const out = await pods.output(
      'web-1',
      `import { hostname, networkInterfaces } from 'node:os';
       console.log(hostname(), networkInterfaces().eth0[0].cidr, process.env.HOSTNAME);`,
    );
    expect(out).to.equal('web-1 10.244.1.2/24 web-1');
  });

  it('forwards a port into a pod', async () => {
    const one = await pods.script('one', listensOn80);
    await pods.printed(one.id, 'ready');
    const { readable, writable } = await pods.runtime.portForward(one.sandboxId, 80);
    const writer = writable.getWriter();
    await writer.write(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    expect(await new Response(readable).text()).to.match(/one to 127.0.0.1$/);
    const error = await pods.runtime.portForward(one.sandboxId, 81).catch((thrown: Error) => thrown);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/connection refused$/); // so the prober knows
  });

  it('gives a program of the machine a port, and maps it', async () => {
    const one = await pods.run('one', 'host/node', {
      args: [
        '-e',
        `require('net').createServer((s) => s.end('by PORT')).listen(process.env.PORT, '127.0.0.1', () => console.log('ready'))`,
      ],
      ports: [{ containerPort: 8080, protocol: 'TCP' }],
    });
    await pods.printed(one.id, 'ready');
    expect(pods.changes.map((change) => change.notice?.reason)).to.include('PortMapped');
    const out = await pods.output(
      'client',
      `import { connect } from 'node:net';
       connect(8080, '${one.address}').on('data', (data) => console.log(String(data)));`,
    );
    expect(out).to.equal('by PORT');
  });
});

describe('the network of process pods where sources are told by port (macOS)', () => {
  it('tells which pod calls', async () => {
    const pods = new Pods({ sources: 'port' });
    let caller: string | undefined;
    const proxy = createServer((socket) => {
      socket.resume();
      caller = pods.network.podOf({ host: socket.remoteAddress!, port: socket.remotePort! }, 'TCP');
      socket.end('hello');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as { port: number };
    pods.network.register('10.96.0.7', 80, 'TCP', { host: '127.0.0.1', port });
    const client = await pods.script(
      'client',
      `import { connect } from 'node:net'; connect(80, '10.96.0.7').on('data', (data) => console.log(String(data)));`,
    );
    await pods.ended(client.id);
    expect(await pods.logs(client.id)).to.equal('hello\n');
    expect(caller).to.equal(client.address);
    await new Promise((resolve) => proxy.close(resolve));
    await pods.close();
  });
});
