// A small HTTP server for the teaching images: a table of routes, each giving { json | html | text, status, headers }.
// Every one of them has GET /healthz. Problems are answered as JSON and told in the log; SIGTERM lets requests end.

import { createServer } from 'node:http';
import { hostname } from 'node:os';

const longestBody = 10_000;

/** A problem that is the client's to hear of. */
export class HttpProblem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function readBody(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > longestBody) throw new HttpProblem(413, `a body has at most ${longestBody} characters`);
  }
  return text;
}

export function serve(port, routes) {
  const all = { 'GET /healthz': async () => ({ text: 'ok' }), ...routes };
  const server = createServer(async (request, response) => {
    const [pathname] = (request.url ?? '/').split('?');
    try {
      const route = all[`${request.method} ${pathname}`];
      if (!route) throw new HttpProblem(404, `there is no ${request.method} ${pathname} here`);
      send(response, await route(request));
    } catch (error) {
      console.error(`${request.method} ${pathname}: ${error.message}`);
      const status = error instanceof SyntaxError ? 400 : (error.status ?? 503);
      send(response, { status, json: { pod: hostname(), error: error.message } });
    }
  });
  server.listen(port, () => console.log(`${hostname()} listens on port ${port}`));
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

function send(response, { status = 200, headers = {}, json, html, text }) {
  const type = json ? 'application/json' : html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(json ? `${JSON.stringify(json)}\n` : (html ?? `${text ?? ''}\n`));
}
