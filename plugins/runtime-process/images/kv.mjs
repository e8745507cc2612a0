// kubelab/kv: a small key-value server that speaks the protocol of Redis, so that redis-cli and Redis' client libraries
// work with it. Also the stand-in for `redis`.
//   KV_PASSWORD (or REDIS_PASSWORD, or --requirepass)   clients have to AUTH first
//   KV_PORT (--port)     6379            KV_DATA (--dir)   folder of the append-only file; /data when that is a volume
//   KV_APPENDONLY=yes (--appendonly yes)  every write goes to appendonly.aof in that folder and is read again at start
// Commands: the table below. Strings, lists and numbers; no replication, no expiry by clock, no other types.

import { createReadStream, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { encode, RespReader, Simple } from './resp.mjs';

const flag = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
};
const env = process.env;
const port = Number(flag('port') ?? env.KV_PORT ?? 6379);
const password = flag('requirepass') ?? env.KV_PASSWORD ?? env.REDIS_PASSWORD ?? '';
const folder = flag('dir') ?? env.KV_DATA ?? '/data';
const appendOnly = /^(yes|true|1)$/i.test(flag('appendonly') ?? env.KV_APPENDONLY ?? 'no');

const data = new Map();
const OK = new Simple('OK');
const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';

const text = (key) => {
  const value = data.get(key);
  if (Array.isArray(value)) throw new Error(wrongType);
  return value ?? null;
};
const list = (key) => {
  const value = data.get(key) ?? [];
  if (!Array.isArray(value)) throw new Error(wrongType);
  return value;
};
const keep = (key, items) => {
  if (items.length > 0) data.set(key, items);
  else data.delete(key);
  return items.length;
};
const add = (key, by) => {
  const before = text(key) ?? '0';
  if (!/^-?\d{1,15}$/.test(before) || !Number.isInteger(by))
    throw new Error('ERR value is not an integer or out of range');
  data.set(key, String(Number(before) + by));
  return Number(before) + by;
};
const range = (items, from, to) => {
  const at = (index) => (index < 0 ? Math.max(0, items.length + index) : index);
  return items.slice(at(Number(from)), Number(to) < 0 ? items.length + Number(to) + 1 : Number(to) + 1);
};
const glob = (pattern) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );

/** name: [fewest arguments, does it write, what it does] */
const table = {
  PING: [0, false, (message) => message ?? new Simple('PONG')],
  ECHO: [1, false, (message) => message],
  SELECT: [1, false, () => OK],
  COMMAND: [0, false, () => []],
  INFO: [
    0,
    false,
    () =>
      `# Server\r\nredis_version:7.4.0\r\nredis_mode:standalone\r\nhost:${hostname()}\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n`,
  ],
  CONFIG: [1, false, () => []],
  CLIENT: [1, false, () => OK],
  DBSIZE: [0, false, () => data.size],
  GET: [1, false, (key) => text(key)],
  MGET: [1, false, (...keys) => keys.map((key) => (Array.isArray(data.get(key)) ? null : (data.get(key) ?? null)))],
  EXISTS: [1, false, (...keys) => keys.filter((key) => data.has(key)).length],
  TYPE: [1, false, (key) => new Simple(!data.has(key) ? 'none' : Array.isArray(data.get(key)) ? 'list' : 'string')],
  STRLEN: [1, false, (key) => Buffer.byteLength(text(key) ?? '')],
  KEYS: [1, false, (pattern) => [...data.keys()].filter((key) => glob(pattern).test(key))],
  LRANGE: [3, false, (key, from, to) => range(list(key), from, to)],
  LLEN: [1, false, (key) => list(key).length],
  SET: [
    2,
    true,
    (key, value, ...options) => {
      const words = options.map((option) => option.toUpperCase());
      if (words.some((word) => word !== 'NX' && word !== 'XX')) throw new Error('ERR syntax error');
      if ((words.includes('NX') && data.has(key)) || (words.includes('XX') && !data.has(key))) return null;
      data.set(key, value);
      return OK;
    },
  ],
  SETNX: [2, true, (key, value) => (data.has(key) ? 0 : (data.set(key, value), 1))],
  APPEND: [2, true, (key, more) => (data.set(key, (text(key) ?? '') + more), Buffer.byteLength(data.get(key)))],
  DEL: [1, true, (...keys) => keys.filter((key) => data.delete(key)).length],
  INCR: [1, true, (key) => add(key, 1)],
  DECR: [1, true, (key) => add(key, -1)],
  INCRBY: [2, true, (key, by) => add(key, Number(by))],
  DECRBY: [2, true, (key, by) => add(key, -Number(by))],
  LPUSH: [2, true, (key, ...items) => keep(key, [...items.reverse(), ...list(key)])],
  RPUSH: [2, true, (key, ...items) => keep(key, [...list(key), ...items])],
  LPOP: [
    1,
    true,
    (key) => {
      const [first, ...rest] = list(key);
      keep(key, rest);
      return first ?? null;
    },
  ],
  RPOP: [
    1,
    true,
    (key) => {
      const items = [...list(key)];
      const last = items.pop();
      keep(key, items);
      return last ?? null;
    },
  ],
  LTRIM: [3, true, (key, from, to) => (keep(key, range(list(key), from, to)), OK)],
  FLUSHALL: [0, true, () => (data.clear(), OK)],
};
table.FLUSHDB = table.FLUSHALL;

/** Runs one request. Errors are answers too. */
function run([name, ...args], log) {
  const known = table[String(name).toUpperCase()];
  if (!known)
    return new Error(
      `ERR unknown command '${name}', with args beginning with: ${args
        .slice(0, 3)
        .map((arg) => `'${arg}'`)
        .join(' ')}`,
    );
  const [fewest, writes, work] = known;
  if (args.length < fewest)
    return new Error(`ERR wrong number of arguments for '${String(name).toLowerCase()}' command`);
  try {
    const answer = work(...args);
    if (writes) log?.write(encode([name, ...args]));
    return answer;
  } catch (error) {
    return error;
  }
}

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
        run(request);
        entries += 1;
      }
    }
    console.log(`read ${entries} entries from ${file}: ${data.size} keys`);
  }
  return createWriteStream(file, { flags: 'a' });
}

const log = await openLog();
const server = createServer((socket) => {
  const reader = new RespReader();
  let trusted = password === '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    try {
      for (const request of reader.take(bytes)) {
        if (!Array.isArray(request) || request.length === 0) continue;
        const name = String(request[0]).toUpperCase();
        if (name === 'QUIT') return socket.end(encode(OK));
        if (name === 'AUTH') {
          if (password === '')
            socket.write(
              encode(
                new Error('ERR Client sent AUTH, but no password is set. Did you mean AUTH <username> <password>?'),
              ),
            );
          else {
            trusted = request.at(-1) === password;
            socket.write(
              encode(trusted ? OK : new Error('WRONGPASS invalid username-password pair or user is disabled.')),
            );
          }
        } else if (!trusted) socket.write(encode(new Error('NOAUTH Authentication required.')));
        else socket.write(encode(run(request, log)));
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
