// RESP: the protocol of Redis, both ways. Requests are arrays of strings (or a plain line, typed by hand); answers are
// strings, numbers, lists, nothing or an error.

/** Takes bytes as they come and hands out whole values. Strings stay text (UTF-8). */
export class RespReader {
  #bytes = Buffer.alloc(0);

  /** @throws Error when it is not RESP. */
  *take(bytes) {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, bytes]) : bytes;
    for (;;) {
      const found = parse(this.#bytes, 0);
      if (!found) break;
      this.#bytes = this.#bytes.subarray(found.end);
      yield found.value;
    }
    if (this.#bytes.length > 16 * 1024 * 1024) throw new Error('Protocol error: too big a request');
  }
}

/** One value that begins at `at`, or undefined while it is not all there. */
function parse(bytes, at) {
  const eol = bytes.indexOf('\r\n', at);
  const plain = eol === -1 ? bytes.indexOf('\n', at) : eol;
  if (plain === -1) return undefined;
  const line = bytes.toString('utf8', at + 1, plain);
  const end = plain + (eol === -1 ? 1 : 2);
  const type = String.fromCharCode(bytes[at]);
  if (type === '+') return { value: line, end };
  if (type === '-') return { value: new Error(line), end };
  if (type === ':') return { value: Number(line), end };
  if (type === '$') return parseBulk(bytes, Number(line), end);
  if (type !== '*') return { value: bytes.toString('utf8', at, plain).trim().split(/\s+/).filter(Boolean), end };
  const count = Number(line);
  if (!(count <= 1024 * 1024)) throw new Error('Protocol error: invalid multibulk length');
  const items = [];
  let next = end;
  for (let item = 0; item < count; item += 1) {
    const found = parse(bytes, next);
    if (!found) return undefined;
    items.push(found.value);
    next = found.end;
  }
  return { value: count < 0 ? null : items, end: next };
}

function parseBulk(bytes, length, start) {
  if (!(length <= 16 * 1024 * 1024)) throw new Error('Protocol error: invalid bulk length');
  if (length < 0) return { value: null, end: start };
  if (bytes.length < start + length + 2) return undefined;
  return { value: bytes.toString('utf8', start, start + length), end: start + length + 2 };
}

/** A value as an answer. `Simple` values are status words such as OK. */
export function encode(value) {
  if (value === null || value === undefined) return '$-1\r\n';
  if (value instanceof Error) return `-${value.message}\r\n`;
  if (value instanceof Simple) return `+${value.text}\r\n`;
  if (typeof value === 'number') return `:${value}\r\n`;
  if (Array.isArray(value)) return `*${value.length}\r\n${value.map(encode).join('')}`;
  return `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
}

export class Simple {
  constructor(text) {
    this.text = text;
  }
}
