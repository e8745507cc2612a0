// kubelab/guestbook-api: the middle tier of the guestbook. Entries as JSON; it keeps nothing itself: they are a list in a
// key-value server that it finds by a Service's name, so any replica answers for all.
//   KV_HOST (kv)   where the entries are, with `:port` if that is not 6379     KV_PASSWORD   from a Secret
//   LISTEN_PORT (8080)
//   GET /entries     { pod, node, entries: [{ text }] }      POST /entries   adds one: { "text": "..." }
//   GET /healthz     200 while it runs                       GET /readyz     200 when the key-value server answers

import { hostname } from 'node:os';
import { HttpProblem, readBody, serve } from './json-server.mjs';
import { KeyValueClient } from './kv-client.mjs';

const { KV_HOST = 'kv', KV_PASSWORD, LISTEN_PORT = '8080' } = process.env;
const [host, port = '6379'] = KV_HOST.split(':');
const node = globalThis[Symbol.for('kubelab.container')]?.node ?? 'an unknown node';
const kv = new KeyValueClient({ host, port: Number(port), password: KV_PASSWORD });
const longest = 500;

async function list() {
  const entries = await kv.send('LRANGE', 'guestbook', '0', '99');
  return { pod: hostname(), node, entries: entries.map((text) => ({ text })) };
}

async function add(request) {
  const { text } = JSON.parse(await readBody(request));
  if (typeof text !== 'string' || text.trim() === '')
    throw new HttpProblem(400, 'an entry is { "text": "..." }, not empty');
  await kv.send('LPUSH', 'guestbook', text.trim().slice(0, longest));
  return list();
}

serve(Number(LISTEN_PORT), {
  'GET /entries': async () => ({ json: await list() }),
  'POST /entries': async (request) => ({ status: 201, json: await add(request) }),
  'GET /readyz': async () => ({ text: await kv.send('PING') }),
});
