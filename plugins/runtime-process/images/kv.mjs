// kubelab/kv: a small key-value server that speaks the protocol of Redis, so that redis-cli and Redis' client libraries
// work with it. Also the stand-in for `redis`.
//   KV_PASSWORD (or REDIS_PASSWORD, or --requirepass)   clients have to AUTH first
//   LISTEN_PORT (--port)     6379            KV_DATA (--dir)   folder of the append-only file; /data when that is a volume
//   KV_APPENDONLY=yes (--appendonly yes)  every write goes to appendonly.aof in that folder and is read again at start
// Commands: kv-store.mjs. Strings, lists and numbers; no replication, no expiry by clock, no other types.

import { createReadStream, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { KeyValueStore } from './kv-store.mjs';
import { encode, RespReader, Simple } from './resp.mjs';

const flag = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
};
const env = process.env;
const port = Number(flag('port') ?? env.LISTEN_PORT ?? 6379);
const password = flag('requirepass') ?? env.KV_PASSWORD ?? env.REDIS_PASSWORD ?? '';
const folder = flag('dir') ?? env.KV_DATA ?? '/data';
const appendOnly = /^(yes|true|1)$/i.test(flag('appendonly') ?? env.KV_APPENDONLY ?? 'no');

const store = new KeyValueStore();
const OK = new Simple('OK');

/** Reads the append-only file, then opens it for more. A last entry that was cut off by a crash is left out. */
async function openLog() {
  if (!appendOnly) return undefined;
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/appendonly.aof`;
  if (existsSync(file)) {
    const reader = new RespReader();
    let entries = 0;
    for await (const bytes of createReadStream(file)) {
      for (const request of reader.take(bytes)) {
        store.run(request);
        entries += 1;
      }
    }
    console.log(`read ${entries} entries from ${file}: ${store.size} keys`);
  }
  return createWriteStream(file, { flags: 'a' });
}

/** What one connection says in answer to a request; undefined: good-bye. */
function answer(request, session) {
  const name = String(request[0]).toUpperCase();
  if (name === 'QUIT') return undefined;
  if (name === 'AUTH') {
    if (password === '') {
      return new Error('ERR AUTH <password> called without any password configured for the default user');
    }
    session.trusted = request.at(-1) === password;
    return session.trusted ? OK : new Error('WRONGPASS invalid username-password pair or user is disabled.');
  }
  if (!session.trusted) return new Error('NOAUTH Authentication required.');
  return store.run(request, () => log?.write(encode(request)));
}

const log = await openLog();
const server = createServer((socket) => {
  const reader = new RespReader();
  const session = { trusted: password === '' };
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    try {
      for (const request of reader.take(bytes)) {
        if (!Array.isArray(request) || request.length === 0) continue;
        const said = answer(request, session);
        if (said === undefined) return socket.end(encode(OK));
        socket.write(encode(said));
      }
    } catch (error) {
      socket.end(encode(new Error(`ERR ${error.message}`)));
    }
  });
});
server.listen(port, () => console.log(`${hostname()} is ready to accept connections on port ${port}`));
process.on('SIGTERM', () => {
  console.log('received SIGTERM, good-bye');
  if (log) log.end(() => process.exit(0));
  else process.exit(0);
});
