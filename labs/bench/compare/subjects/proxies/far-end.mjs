// Far end: the pods' servers and the clients of a proxy's benchmark, in a process of their own, so that the process of the
// run does nothing but what the proxy does. Plain JavaScript, started as it is, by messages from its parent:
//   { type: 'serve', tcp: 3, udp: 3 }                       -> [{ protocol, host, port }]
//   { type: 'load', kind, at: { host, port }, ... }         -> { seconds, took, done, answers, lost }
// A server answers each line (or datagram) with its number; after `bytes N` it sends so many bytes and closes.
// Ends with its parent.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const host = '127.0.0.1';
const block = Buffer.alloc(64 * 1024, 'x');
const line = `${'x'.repeat(99)}\n`;
/** Milliseconds after which a datagram is lost. */
const patience = 1000;

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('message', async (message) => {
  try {
    const result = message.type === 'serve' ? await serve(message) : await load(message);
    process.send({ result });
  } catch (error) {
    process.send({ error: error.message });
  }
});

async function serve({ tcp, udp }) {
  const addresses = [];
  for (let at = 0; at < tcp; at += 1) addresses.push(await serveTcp(at));
  for (let at = 0; at < udp; at += 1) addresses.push(await serveUdp(at));
  return addresses;
}

async function serveTcp(number) {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const bytes = /^bytes (\d+)\n/.exec(data.subarray(0, 20).toString('latin1'));
      if (bytes) return send(socket, Number(bytes[1]));
      // Requests come one after the other, and are shorter than what comes at once.
      if (data.at(-1) === 10) socket.write(`${number}\n`);
    });
  });
  server.listen(0, host, 1024);
  await once(server, 'listening');
  return { protocol: 'TCP', host, port: server.address().port };
}

async function send(socket, bytes) {
  for (let left = bytes; left > 0 && !socket.destroyed; left -= block.length) {
    if (!socket.write(left < block.length ? block.subarray(0, left) : block))
      await once(socket, 'drain').catch(() => {});
  }
  socket.end();
}

async function serveUdp(number) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.on('message', (_, from) => socket.send(String(number), from.port, from.address));
  socket.bind(0, host);
  await once(socket, 'listening');
  return { protocol: 'UDP', host, port: socket.address().port };
}

/** @param of.clients at a time @param of.count of connections, requests or datagrams in all; bytes of a connection */
async function load({ kind, at, clients, count }) {
  const began = performance.now();
  const out = { took: [], done: [], answers: {}, lost: 0 };
  let left = kind === 'bytes' ? clients : count;
  const next = () => left-- > 0;
  const note = (from, answer, many = 1) => {
    const now = performance.now();
    out.took.push(now - from);
    out.done.push((now - began) / 1000);
    if (answer !== undefined) out.answers[answer] = (out.answers[answer] ?? 0) + many;
  };
  const run = { connections, requests, bytes, datagrams }[kind];
  await Promise.all(Array.from({ length: clients }, () => run({ at, next, note, count, out })));
  return { seconds: (performance.now() - began) / 1000, ...out };
}

/** A connection for each request. */
async function connections({ at, next, note }) {
  while (next()) {
    const from = performance.now();
    const socket = await open(at);
    note(from, await ask(socket));
    socket.destroy();
  }
}

/** All requests on one connection. */
async function requests({ at, next, note }) {
  const socket = await open(at);
  while (next()) {
    const from = performance.now();
    note(from, await ask(socket));
  }
  socket.destroy();
}

/** One connection, and many bytes on it. */
async function bytes({ at, next, note, count }) {
  if (!next()) return;
  const from = performance.now();
  const socket = await open(at);
  let got = 0;
  socket.on('data', (data) => {
    got += data.length;
  });
  socket.write(`bytes ${count}\n`);
  await once(socket, 'close');
  if (got !== count) throw new Error(`of ${count} bytes ${got} came through`);
  note(from, undefined);
}

/** Each client has a port of its own, as UDP needs it to be told from others. */
async function datagrams({ at, next, note, out }) {
  const socket = createSocket('udp4');
  socket.connect(at.port, at.host);
  await once(socket, 'connect');
  while (next()) {
    const from = performance.now();
    const signal = AbortSignal.timeout(patience);
    socket.send(line);
    const answer = await once(socket, 'message', { signal }).catch(() => undefined);
    if (answer) note(from, answer[0].toString());
    else out.lost += 1;
  }
  socket.close();
}

async function open({ host: to, port }) {
  const socket = connect({ host: to, port, noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => {}); // whoever waits hears of it by its end
  return socket;
}

/** Sends a line; gives what comes back. */
function ask(socket) {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('a connection was closed instead of an answer'));
    socket.once('close', closed);
    socket.once('data', (data) => {
      socket.off('close', closed);
      resolve(data.toString('latin1').trim());
    });
    socket.write(line);
  });
}
