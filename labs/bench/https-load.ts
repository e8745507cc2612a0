// The load of the HTTPS benchmark, a process of its own: creates pods over kept connections, tells pods per second.
// It writes requests that were made before the clock started straight into TLS sockets, as load generators do: the two
// share the machine with each other, and the server is what is measured. (`https.request` costs as much as the server
// does, undici two thirds of that.)

import { connect, type TLSSocket } from 'node:tls';
import { parse } from 'yaml';
import { rate } from './measure.ts';
import { benchPod } from './pods.ts';

interface Order {
  readonly kubeconfig: string;
  readonly pods: number;
  readonly connections: number;
}

const endOfHead = '\r\n\r\n';

function request(host: string, name: string): Buffer {
  const body = Buffer.from(JSON.stringify(benchPod(name)));
  const head = [
    'POST /api/v1/namespaces/default/pods HTTP/1.1',
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n') + endOfHead), body]);
}

/** Bytes of the answer that begins here, once its head is whole. */
function lengthOfAnswer(start: Buffer): number | undefined {
  const end = start.indexOf(endOfHead);
  if (end < 0) return undefined;
  const head = start.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 201 ')) throw new Error(head);
  return end + endOfHead.length + Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
}

/** Sends one request after the other over one connection, until there are none left. */
function work(socket: TLSSocket, next: () => Buffer | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let start = Buffer.alloc(0);
    let missing: number | undefined;
    const send = () => {
      const one = next();
      if (one) socket.write(one);
      else resolve();
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server ended a connection')));
    socket.on('data', (chunk) => {
      if (missing === undefined) {
        start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
        missing = lengthOfAnswer(start);
        if (missing === undefined) return;
        missing -= start.length;
      } else missing -= chunk.length;
      if (missing > 0) return;
      start = Buffer.alloc(0);
      missing = undefined;
      send();
    });
    send();
  });
}

process.once('message', async ({ kubeconfig, pods, connections }: Order) => {
  const config = parse(kubeconfig);
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = config.users[0].user;
  const pem = (data: string) => Buffer.from(data, 'base64');
  const { hostname, port, host } = new URL(server);
  const open = () =>
    new Promise<TLSSocket>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ca: pem(ca), cert: pem(cert), key: pem(key) });
      socket.once('secureConnect', () => resolve(socket.setNoDelay()));
      socket.once('error', reject);
    });
  const requests = Array.from({ length: pods }, (_, at) => request(host, `pod-${at}`));
  const sockets = await Promise.all(Array.from({ length: connections }, open));
  let sent = 0;
  const speed = await rate(pods, () => Promise.all(sockets.map((socket) => work(socket, () => requests[sent++]))));
  for (const socket of sockets) socket.destroy();
  process.send?.(speed);
});
