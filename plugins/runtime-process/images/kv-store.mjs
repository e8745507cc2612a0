// The data of kubelab/kv and its commands: strings and lists by key, with Redis' answers and error texts.

import { hostname } from 'node:os';
import { Simple } from './resp.mjs';

const OK = new Simple('OK');

export class KeyValueStore {
  #data = new Map();

  get size() {
    return this.#data.size;
  }

  /** Runs one request; errors are answers too. `onWrite` is called when it changed something. */
  run([name, ...args], onWrite) {
    const command = Object.hasOwn(commands, String(name).toUpperCase()) && commands[String(name).toUpperCase()];
    if (!command) {
      const shown = args.slice(0, 3).map((arg) => `'${arg}'`);
      return new Error(`ERR unknown command '${name}', with args beginning with: ${shown.join(' ')}`);
    }
    const [fewest, writes, work] = command;
    if (args.length < fewest) {
      return new Error(`ERR wrong number of arguments for '${String(name).toLowerCase()}' command`);
    }
    try {
      const answer = work(this, ...args);
      if (writes) onWrite?.();
      return answer;
    } catch (error) {
      return error;
    }
  }

  has(key) {
    return this.#data.has(key);
  }

  keys() {
    return [...this.#data.keys()];
  }

  isList(key) {
    return Array.isArray(this.#data.get(key));
  }

  text(key) {
    if (this.isList(key)) throw new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
    return this.#data.get(key) ?? null;
  }

  list(key) {
    const value = this.#data.get(key) ?? [];
    if (!Array.isArray(value)) throw new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
    return value;
  }

  set(key, value) {
    this.#data.set(key, value);
    return OK;
  }

  /** Keeps a list; an empty one is none. Gives its length. */
  keep(key, items) {
    if (items.length > 0) this.#data.set(key, items);
    else this.#data.delete(key);
    return items.length;
  }

  delete(key) {
    return this.#data.delete(key);
  }

  clear() {
    this.#data.clear();
    return OK;
  }

  add(key, by) {
    const before = this.text(key) ?? '0';
    if (!/^-?\d{1,15}$/.test(before) || !Number.isSafeInteger(by)) {
      throw new Error('ERR value is not an integer or out of range');
    }
    this.set(key, String(Number(before) + by));
    return Number(before) + by;
  }
}

/** Part of a list, both ends included, negative counted from the end. */
function range(items, from, to) {
  const start = Number(from) < 0 ? Math.max(0, items.length + Number(from)) : Number(from);
  const end = Number(to) < 0 ? items.length + Number(to) : Number(to);
  return items.slice(start, Math.max(0, end + 1));
}

function glob(pattern) {
  const escaped = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's');
}

function setWith(store, key, value, options) {
  const words = options.map((option) => option.toUpperCase());
  if (words.some((word) => word !== 'NX' && word !== 'XX')) throw new Error('ERR syntax error');
  if ((words.includes('NX') && store.has(key)) || (words.includes('XX') && !store.has(key))) return null;
  return store.set(key, value);
}

function pop(store, key, end) {
  const items = [...store.list(key)];
  const item = end === 'left' ? items.shift() : items.pop();
  store.keep(key, items);
  return item ?? null;
}

function append(store, key, more) {
  const value = (store.text(key) ?? '') + more;
  store.set(key, value);
  return Buffer.byteLength(value);
}

function trim(store, key, from, to) {
  store.keep(key, range(store.list(key), from, to));
  return OK;
}

const info = () =>
  `# Server\r\nredis_version:7.4.0\r\nredis_mode:standalone\r\nhost:${hostname()}\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n`;

const type = (store, key) => new Simple(store.has(key) ? (store.isList(key) ? 'list' : 'string') : 'none');

/** name: [fewest arguments, does it write, what it does] */
const commands = {
  PING: [0, false, (_, message) => message ?? new Simple('PONG')],
  ECHO: [1, false, (_, message) => message],
  SELECT: [1, false, () => OK],
  CLIENT: [1, false, () => OK],
  COMMAND: [0, false, () => []],
  CONFIG: [1, false, () => []],
  INFO: [0, false, info],
  DBSIZE: [0, false, (store) => store.size],
  KEYS: [1, false, (store, pattern) => store.keys().filter((key) => glob(pattern).test(key))],
  EXISTS: [1, false, (store, ...keys) => keys.filter((key) => store.has(key)).length],
  TYPE: [1, false, type],
  GET: [1, false, (store, key) => store.text(key)],
  MGET: [1, false, (store, ...keys) => keys.map((key) => (store.isList(key) ? null : store.text(key)))],
  STRLEN: [1, false, (store, key) => Buffer.byteLength(store.text(key) ?? '')],
  LRANGE: [3, false, (store, key, from, to) => range(store.list(key), from, to)],
  LLEN: [1, false, (store, key) => store.list(key).length],
  SET: [2, true, (store, key, value, ...options) => setWith(store, key, value, options)],
  SETNX: [2, true, (store, key, value) => (setWith(store, key, value, ['NX']) ? 1 : 0)],
  APPEND: [2, true, append],
  DEL: [1, true, (store, ...keys) => keys.filter((key) => store.delete(key)).length],
  INCR: [1, true, (store, key) => store.add(key, 1)],
  DECR: [1, true, (store, key) => store.add(key, -1)],
  INCRBY: [2, true, (store, key, by) => store.add(key, Number(by))],
  DECRBY: [2, true, (store, key, by) => store.add(key, -Number(by))],
  LPUSH: [2, true, (store, key, ...items) => store.keep(key, [...items.reverse(), ...store.list(key)])],
  RPUSH: [2, true, (store, key, ...items) => store.keep(key, [...store.list(key), ...items])],
  LPOP: [1, true, (store, key) => pop(store, key, 'left')],
  RPOP: [1, true, (store, key) => pop(store, key, 'right')],
  LTRIM: [3, true, trim],
  FLUSHALL: [0, true, (store) => store.clear()],
  FLUSHDB: [0, true, (store) => store.clear()],
};
