// kubelab/guestbook: the front of the three-tier sample. It keeps nothing itself: entries are a list in a key-value
// server that it finds by a Service's name, so any replica answers for all.
//   KV_HOST (kv), KV_PORT (6379)   where the entries are       KV_PASSWORD   from a Secret
//   GREETING                       headline, from a ConfigMap  GUESTBOOK_PORT (80)
//   GET /            the page            POST /   adds an entry (form field `entry`)
//   GET /entries     JSON                POST /entries   adds one (JSON { "entry": "..." } or plain text)
//   GET /healthz     200 while it runs   GET /readyz     200 when the key-value server answers

import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { KeyValueClient } from './kv-client.mjs';

const { KV_HOST = 'kv', KV_PORT = '6379', KV_PASSWORD, GREETING = 'Guestbook', GUESTBOOK_PORT = '80' } = process.env;
const node = process.env.KUBELAB_NODE_NAME ?? 'an unknown node';
const kv = new KeyValueClient({ host: KV_HOST, port: Number(KV_PORT), password: KV_PASSWORD });
const longest = 500;

const escape = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const entries = () => kv.send('LRANGE', 'guestbook', '0', '99');

async function add(entry) {
  const text = String(entry ?? '')
    .trim()
    .slice(0, longest);
  if (text === '') return false;
  await kv.send('LPUSH', 'guestbook', text);
  return true;
}

const page = (list) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(GREETING)}</title>
<style>
 body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
 form { display: flex; gap: .5rem } input { flex: 1; font: inherit; padding: .3rem } button { font: inherit }
 li { overflow-wrap: anywhere } footer { color: #666; font-size: .9rem; border-top: 1px solid #ccc; margin-top: 2rem }
</style></head><body>
<h1>${escape(GREETING)}</h1>
<form method="post" action="/"><label for="entry" hidden>Your entry</label>
<input id="entry" name="entry" maxlength="${longest}" placeholder="Write something" required autofocus><button>Sign</button></form>
<ol>${list.map((entry) => `<li>${escape(entry)}</li>`).join('\n')}</ol>
<footer>Answered by pod <b>${escape(hostname())}</b> on ${escape(node)}; entries are kept by <b>${escape(KV_HOST)}</b>.</footer>
</body></html>
`;

async function body(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) throw Object.assign(new Error('entry too long'), { status: 413 });
  }
  return text;
}

async function answer(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://guestbook');
  const json = (status, value) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
  };
  if (pathname === '/healthz') return response.end('ok\n');
  if (pathname === '/readyz') return response.end(`${await kv.send('PING')}\n`);
  if (pathname === '/entries' && request.method === 'POST') {
    const text = await body(request);
    const entry = request.headers['content-type']?.includes('json') ? JSON.parse(text).entry : text;
    return json((await add(entry)) ? 201 : 400, { pod: hostname(), entries: await entries() });
  }
  if (pathname === '/entries') return json(200, { pod: hostname(), node, entries: await entries() });
  if (pathname !== '/') return json(404, { error: `there is no ${pathname} here` });
  if (request.method === 'POST') {
    await add(new URLSearchParams(await body(request)).get('entry'));
    return response.writeHead(303, { location: '/' }).end();
  }
  return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(await entries()));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    const status = error instanceof SyntaxError ? 400 : (error.status ?? 503);
    console.error(`${request.method} ${request.url}: ${error.message}`);
    if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ pod: hostname(), error: error.message })}\n`);
  });
});
server.listen(Number(GUESTBOOK_PORT), () =>
  console.log(`${hostname()} listens on port ${GUESTBOOK_PORT}; entries at ${KV_HOST}:${KV_PORT}`),
);
process.on('SIGTERM', () => {
  kv.close();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
