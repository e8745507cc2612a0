// Stand-in for agnhost, the image of Kubernetes' own tests: netexec, serve-hostname, liveness and pause.
//   netexec [--http-port=8080] [--udp-port=8081]     /hostname /echo?msg= /clientip /healthz /exit?code= /hostName, and by UDP
//                                                    `hostname` and `echo text`
//   serve-hostname [--port=9376]                     answers with the pod's name
//   liveness                                         /healthz on port 8080: 200 for ten seconds, then 500

import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const [command = 'pause', ...args] = process.argv.slice(2);
const flag = (name, usual) => {
  for (const [index, arg] of args.entries()) {
    const [key, value] = arg.replace(/^-+/, '').split('=');
    if (key === name) return value ?? args[index + 1];
  }
  return usual;
};

function netexec() {
  const answer = (request, response) => {
    const [pathname, query] = (request.url ?? '/').split('?');
    const searchParams = new URLSearchParams(query);
    console.log(`${request.method} ${request.url}`);
    const client = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    if (pathname === '/hostname' || pathname === '/hostName') return response.end(hostname());
    if (pathname === '/echo') return response.end(searchParams.get('msg') ?? '');
    if (pathname === '/clientip') return response.end(client);
    if (pathname === '/healthz') return response.end();
    if (pathname === '/exit') return response.end(() => process.exit(Number(searchParams.get('code') ?? 0)));
    return response.end(`NOW: ${new Date().toISOString()}`);
  };
  const port = Number(flag('http-port', '8080'));
  createServer(answer).listen(port, () => console.log(`Started HTTP server on port ${port}`));
  const udp = Number(flag('udp-port', '8081'));
  if (udp <= 0) return;
  const socket = createSocket('udp4', (message, from) => {
    const [word, ...rest] = message.toString().trim().split(' ');
    const reply = word.toLowerCase() === 'hostname' ? hostname() : word.toLowerCase() === 'echo' ? rest.join(' ') : '';
    socket.send(reply, from.port, from.address);
  });
  socket.bind(udp, () => console.log(`Started UDP server on port ${udp}`));
}

function serveHostname() {
  const port = Number(flag('port', '9376'));
  createServer((_, response) => response.end(hostname())).listen(port, () => console.log(`Serving on port ${port}.`));
}

function liveness() {
  const started = Date.now();
  createServer((_, response) => {
    const age = (Date.now() - started) / 1000;
    if (age > 10) response.writeHead(500).end(`error: ${age}`);
    else response.end('ok');
  }).listen(8080, () => console.log('Serving on port 8080.'));
}

const commands = { netexec, 'serve-hostname': serveHostname, liveness, pause: () => setInterval(() => {}, 2 ** 30) };
const work = commands[command];
if (!work) {
  console.error(`agnhost: this stand-in knows ${Object.keys(commands).join(', ')}, not "${command}"`);
  process.exit(1);
}
process.on('SIGTERM', () => process.exit(0));
work();
