// kubelab/web: answers every request with the name of its pod and node, so that one sees who answered.
//   WEB_GREETING   first word of the answer ("Hello")        LISTEN_PORT   where it listens (80)
//   /healthz       200 ok         /env   the environment     /exit?code=3   ends the program, to see it restarted

import { createServer } from 'node:http';
import { hostname } from 'node:os';

const { WEB_GREETING = 'Hello', LISTEN_PORT = '80' } = process.env;
const { node = 'an unknown node', tag } = globalThis[Symbol.for('kubelab.container')] ?? {};
const version = tag && tag !== 'latest' ? `, version ${tag}` : '';

const server = createServer((request, response) => {
  const [path, query] = (request.url ?? '/').split('?');
  console.log(`${request.method} ${request.url} from ${request.socket.remoteAddress}`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  if (path === '/healthz') return response.end('ok\n');
  if (path === '/env') {
    const secret = /TOKEN|PASSWORD|SECRET|KEY/i;
    const shown = Object.entries(process.env).map(([name, value]) => `${name}=${secret.test(name) ? '***' : value}\n`);
    return response.end(shown.sort().join(''));
  }
  if (path === '/exit') {
    response.end('bye\n');
    return response.on('close', () => process.exit(Number(new URLSearchParams(query).get('code') ?? 0)));
  }
  return response.end(`${WEB_GREETING} from ${hostname()} on ${node}${version}\n`);
});
server.listen(Number(LISTEN_PORT), () => console.log(`${hostname()} listens on port ${LISTEN_PORT}`));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
