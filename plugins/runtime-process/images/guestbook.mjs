// kubelab/guestbook: the front tier of the guestbook, web pages. It asks the middle tier, which it finds by the name of
// its Service, for entries, and passes new ones on.
//   API (http://guestbook-api)     where the entries are     GREETING   headline, from a ConfigMap     LISTEN_PORT (80)
//   GET /            the page            POST /           adds an entry (form field `entry`)
//   GET /entries     JSON                POST /entries    adds one: { "text": "..." }
//   GET /healthz     200 while it runs

import { hostname } from 'node:os';
import { HttpProblem, readBody, serve } from './json-server.mjs';

const { API = 'http://guestbook-api', GREETING = 'Guestbook', LISTEN_PORT = '80' } = process.env;
const node = globalThis[Symbol.for('kubelab.container')]?.node ?? 'an unknown node';
const longest = 500;

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A connection of its own for each question, so that the Service chooses a pod anew. */
async function ask(init = {}) {
  const headers = { connection: 'close', 'content-type': 'application/json' };
  const response = await fetch(new URL('/entries', API), { ...init, headers });
  if (!response.ok)
    throw new HttpProblem(response.status, `${API} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

const list = async (init) => {
  const { entries, pod: api } = await ask(init);
  return { pod: hostname(), node, api, entries };
};
const add = (text) => list({ method: 'POST', body: JSON.stringify({ text }) });

const page = ({ entries, api }) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(GREETING)}</title>
<style>
 body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
 form { display: flex; gap: .5rem } input { flex: 1; font: inherit; padding: .3rem } button { font: inherit }
 li { overflow-wrap: anywhere } footer { color: #666; font-size: .9rem; border-top: 1px solid #ccc; margin-top: 2rem }
</style></head><body>
<h1>${escape(GREETING)}</h1>
<form method="post" action="/"><label for="entry" hidden>Your entry</label>
<input id="entry" name="entry" maxlength="${longest}" placeholder="Write something" required autofocus><button>Sign</button></form>
<ol>${entries.map(({ text }) => `<li>${escape(text)}</li>`).join('\n')}</ol>
<footer>Page by pod <b>${escape(hostname())}</b> on ${escape(node)}; entries by pod <b>${escape(api)}</b>.</footer>
</body></html>
`;

serve(Number(LISTEN_PORT), {
  'GET /': async () => ({ html: page(await list()) }),
  'POST /': async (request) => {
    await add(new URLSearchParams(await readBody(request)).get('entry') ?? '');
    return { status: 303, headers: { location: '/' } };
  },
  'GET /entries': async () => ({ json: await list() }),
  'POST /entries': async (request) => ({ status: 201, json: await add(JSON.parse(await readBody(request)).text) }),
});
