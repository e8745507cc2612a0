// kubelab/echo: sends back what it gets, over TCP and UDP, on LISTEN_PORT (7).

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { hostname } from 'node:os';

const port = Number(process.env.LISTEN_PORT ?? 7);
const server = createServer((socket) => {
  console.log(`TCP from ${socket.remoteAddress}:${socket.remotePort}`);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
const datagrams = createSocket('udp4', (message, from) => {
  console.log(`UDP from ${from.address}:${from.port}`);
  datagrams.send(message, from.port, from.address);
});
server.listen(port, () => console.log(`${hostname()} echoes TCP on port ${port}`));
datagrams.bind(port, () => console.log(`${hostname()} echoes UDP on port ${port}`));
process.on('SIGTERM', () => process.exit(0));
