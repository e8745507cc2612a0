// nc for containers: standard input and output joined to a connection of the pod network.
//   nc [-z] [-v] [-u] [-w SECONDS] HOST PORT        nc -l [-p] PORT

import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

const flags = new Set();
const rest = [];
const args = process.argv.slice(2);
let seconds;
while (args.length > 0) {
  const arg = args.shift();
  if (arg === '-w') seconds = Number(args.shift());
  else if (arg.startsWith('-')) for (const letter of arg.slice(1)) flags.add(letter);
  else rest.push(arg);
}
const [host, port] = flags.has('l') ? ['', Number(rest.at(-1))] : [rest[0], Number(rest[1])];
const fail = (error) => {
  console.error(`nc: ${host || 'port'} (${host}:${port}): ${error.message}`);
  process.exit(1);
};

if (flags.has('u')) {
  const socket = createSocket('udp4');
  if (flags.has('l')) socket.bind(port);
  socket.on('message', (message) => process.stdout.write(message));
  socket.on('error', fail);
  process.stdin.on('data', (bytes) => socket.send(bytes, port, host));
  setTimeout(() => process.exit(0), (seconds ?? 2 ** 21) * 1000);
} else if (flags.has('l')) {
  const server = createServer((socket) => {
    socket.pipe(process.stdout, { end: false });
    process.stdin.pipe(socket);
    socket.on('close', () => process.exit(0));
    server.close();
  });
  server.on('error', fail);
  server.listen(port);
} else {
  const socket = connect({ host, port });
  if (seconds) socket.setTimeout(seconds * 1000, () => socket.destroy(new Error('timed out')));
  socket.on('error', fail);
  socket.on('connect', () => {
    if (flags.has('v')) console.error(`${host} (${socket.remoteAddress}:${port}) open`);
    if (flags.has('z')) return process.exit(0);
    process.stdin.pipe(socket);
    return socket.pipe(process.stdout, { end: false });
  });
  socket.on('close', (failed) => process.exit(failed ? 1 : 0));
}
