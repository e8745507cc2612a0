import { expect } from 'chai';
import { Pods } from './pods.fixture.ts';

describe('what programs in a pod may do with the network', () => {
  let pods: Pods;
  before(() => {
    pods = new Pods();
  });
  after(() => pods.close());

  let count = 0;
  const run = (text: string) => {
    count += 1;
    return pods.output(`pod-${count}`, text);
  };

  it('listens in every form, and says where', async () => {
    const out = await run(`
      import net from 'node:net';
      import os from 'node:os';
      const listen = (...args) => new Promise((resolve, reject) => {
        const server = net.createServer().on('error', reject);
        server.listen(...args, () => { const at = server.address(); server.close(() => resolve(at)); });
      });
      for (const args of [[80], ['81'], [82, '0.0.0.0'], [83, 'localhost', 5], [{ port: 84 }], [{ port: 85, host: '127.0.0.1' }], [86, os.networkInterfaces().eth0[0].address]])
        console.log(JSON.stringify(await listen(...args)));
      const any = await listen(0);
      console.log(any.port > 0, (await listen()).family, (await listen({ path: process.env.TMPDIR + '/s' })).endsWith('/s'));
      console.log(await listen(80, '10.1.2.3').catch((error) => error.message), await listen(80, '::'). then((at) => at.address));
      try { net.createServer().listen(70000); } catch (error) { console.log(error.code); }`);
    expect(out.split('\n')).to.deep.equal([
      '{"address":"::","family":"IPv6","port":80}',
      '{"address":"::","family":"IPv6","port":81}',
      '{"address":"0.0.0.0","family":"IPv4","port":82}',
      '{"address":"127.0.0.1","family":"IPv4","port":83}',
      '{"address":"::","family":"IPv6","port":84}',
      '{"address":"127.0.0.1","family":"IPv4","port":85}',
      `{"address":"${(await pods.runtime.listSandboxes()).at(-1)?.address}","family":"IPv4","port":86}`,
      'true IPv6 true',
      'listen EADDRNOTAVAIL: address not available 10.1.2.3:80 ::',
      'ERR_SOCKET_BAD_PORT',
    ]);
  });

  it('tries the next port when one is taken, with the same server', async () => {
    const out = await run(`
      import { createServer } from 'node:net';
      const first = createServer().listen(80, () => {
        let port = 80;
        const second = createServer();
        second.on('error', (error) => { console.log(error.code, error.port); second.listen(++port); });
        second.on('listening', () => { console.log(second.address().port); first.close(); second.close(); });
        second.listen(port);
      });
      const closed = createServer().on('close', () => console.log('closed')).listen(90, () => console.log('never'));
      closed.close();
      setTimeout(() => createServer().listen(90, function () { console.log('free again'); this.close(); }), 50);`);
    expect(out.split('\n')).to.have.members(['EADDRINUSE 80', '81', 'closed', 'free again']);
  });

  it('connects in every form, and sees nominal addresses at both ends', async () => {
    const out = await run(`
      import net from 'node:net';
      import os from 'node:os';
      const server = net.createServer((socket) => socket.end([socket.remoteAddress, socket.localAddress, socket.localPort].join(' ')));
      server.listen(80, async () => {
        const own = os.networkInterfaces().eth0[0].address;
        const talk = (...args) => new Promise((resolve) => {
          let text = '';
          const socket = net.connect(...args);
          socket.on('connect', () => { text += socket.remoteAddress + ':' + socket.remotePort + ' from ' + socket.localAddress + '; ' });
          socket.on('data', (data) => { text += data; }).on('close', () => resolve(text)).on('error', (error) => resolve(error.message));
        });
        for (const args of [[80], [80, 'localhost'], [{ port: 80, host: own }], [{ port: '80', host: process.env.HOSTNAME }], [80, '::1']])
          console.log((await talk(...args)).replaceAll(own, 'OWN'));
        console.log(await talk(81), '|', await talk({ path: '/nowhere.sock' }));
        const early = net.connect(80).on('error', () => console.log('error')).on('close', () => console.log('destroyed early'));
        early.destroy();
        server.close();
      });`);
    expect(out.split('\n')).to.deep.equal([
      '127.0.0.1:80 from 127.0.0.1; 127.0.0.1 OWN 80',
      '127.0.0.1:80 from 127.0.0.1; 127.0.0.1 OWN 80',
      'OWN:80 from 127.0.0.1; 127.0.0.1 OWN 80',
      'OWN:80 from 127.0.0.1; 127.0.0.1 OWN 80',
      '127.0.0.1:80 from 127.0.0.1; 127.0.0.1 OWN 80',
      'connect ECONNREFUSED 127.0.0.1:81 | connect ENOENT /nowhere.sock',
      'destroyed early',
    ]);
  });

  it('runs http, fetch, HTTP/2, worker threads, children and node:cluster', async () => {
    const out = await run(`
      import cluster from 'node:cluster';
      import { execFile } from 'node:child_process';
      import http from 'node:http';
      import http2 from 'node:http2';
      import { Worker } from 'node:worker_threads';
      const worker = new Worker("import http from 'node:http'; import { parentPort } from 'node:worker_threads'; http.createServer((q, r) => r.end('worker')).listen(81, () => parentPort.postMessage(0))", { eval: true });
      await new Promise((resolve) => worker.once('message', resolve));
      console.log(await (await fetch('http://localhost:81')).text());
      worker.terminate();
      const server = http2.createServer((request, response) => response.end('two'));
      await new Promise((resolve) => server.listen(82, resolve));
      const session = http2.connect('http://localhost:82');
      const stream = session.request();
      for await (const data of stream) console.log(String(data));
      session.close();
      server.close();
      cluster.setupPrimary({ exec: process.env.TMPDIR + '/worker.cjs', execArgv: [] });
      (await import('node:fs')).writeFileSync(process.env.TMPDIR + '/worker.cjs', "require('http').createServer((q, r) => r.end('clustered')).listen(83)");
      const up = [1, 2].map(() => cluster.fork()).map((one) => new Promise((resolve) => one.once('listening', resolve)));
      await Promise.all(up);
      execFile('node', ['-e', "fetch('http://localhost:83').then((r) => r.text()).then(console.log)"], (error, text) => {
        console.log(text.trim());
        cluster.disconnect();
      });`);
    expect(out.split('\n')).to.deep.equal(['worker', 'two', 'clustered']);
  });

  it('keeps asynchronous context, and ends when nothing is left to do', async () => {
    const out = await run(`
      import { AsyncLocalStorage } from 'node:async_hooks';
      import { connect, createServer } from 'node:net';
      const storage = new AsyncLocalStorage();
      const server = createServer((socket) => socket.end()).listen(80, () => {
        storage.run('kept', () => connect(80, () => { console.log(storage.getStore()); server.close(); }).resume());
      });
      server.on('close', () => console.log('closed'));`);
    expect(out).to.equal('kept\nclosed');
  });

  it('refuses whoever does not know the secret of a pod', async () => {
    const { connect } = await import('node:net');
    const [host, port] = (await run("console.log(globalThis[Symbol.for('kubelab.container')].network)")).split(':');
    for (const text of [
      '{"token":"guess","container":"x"}\n{"id":1,"op":"lookup","name":"web"}\n',
      'GET / HTTP/1.0\r\n\r\n',
    ]) {
      const socket = connect(Number(port), host);
      socket.write(text);
      const heard: Buffer[] = [];
      socket.on('data', (data) => heard.push(data)).on('error', () => undefined);
      await new Promise((resolve) => socket.once('close', resolve));
      expect(Buffer.concat(heard).toString()).to.equal('');
    }
  });
});
