// SPDY headers: names and values as SPDY/3.1 packs them: a count, then each name and value with its length before it, all
// of a connection in one zlib stream that begins with a dictionary known to both sides.
// Always true: blocks are unpacked in the order in which they came; none grows past a limit, however well it was packed.

import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { SpdyError } from './spdy-frames.ts';

/** Words of the dictionary that have their length before them, as in a block. */
const words =
  'options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language|accept-ranges|age|allow|' +
  'authorization|cache-control|connection|content-base|content-encoding|content-language|content-length|' +
  'content-location|content-md5|content-range|content-type|date|etag|expect|expires|from|host|if-match|' +
  'if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|location|max-forwards|pragma|' +
  'proxy-authenticate|proxy-authorization|range|referer|retry-after|server|te|trailer|transfer-encoding|upgrade|' +
  'user-agent|vary|via|warning|www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|public|set-cookie|' +
  'keep-alive|origin';

const rest =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden' +
  '404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Section 2.6.10.1 of the protocol. */
export const dictionary: Buffer = Buffer.concat([...words.split('|').map(withLength), Buffer.from(rest)]);

/** Bytes that a block may unpack to. */
const longestBlock = 64 * 1024;

export class HeaderPacker {
  readonly #deflate: Deflate = createDeflate({ dictionary });

  /** One call at a time. */
  async pack(headers: Readonly<Record<string, string>>): Promise<Buffer> {
    const entries = Object.entries(headers);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(entries.length);
    const block = Buffer.concat([count, ...entries.flat().map(withLength)]);
    return through(this.#deflate, block);
  }

  close(): void {
    this.#deflate.close();
  }
}

export class HeaderUnpacker {
  readonly #inflate: Inflate = createInflate({ dictionary });

  /** One call at a time. @throws SpdyError for what is no block of headers */
  async unpack(block: Buffer): Promise<ReadonlyMap<string, string>> {
    const bytes = await through(this.#inflate, block).catch((error: Error) => {
      throw new SpdyError(`headers cannot be unpacked: ${error.message}`);
    });
    return headersOf(bytes);
  }

  close(): void {
    this.#inflate.close();
  }
}

/** What comes out for what goes in, at once. */
function through(zlib: Deflate | Inflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const stop = () => {
      zlib.off('data', hear);
      zlib.off('error', fail);
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    const hear = (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length <= longestBlock) return;
      zlib.destroy();
      fail(new Error('they are too long'));
    };
    zlib.on('data', hear);
    zlib.on('error', fail);
    zlib.write(bytes);
    zlib.flush(constants.Z_SYNC_FLUSH, () => {
      stop();
      resolve(Buffer.concat(parts));
    });
  });
}

function headersOf(block: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  const number = () => {
    if (at + 4 > block.length) throw new SpdyError('a block of headers ends too early');
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const text = () => {
    const length = number();
    if (at + length > block.length) throw new SpdyError('a block of headers ends too early');
    at += length;
    return block.toString('utf8', at - length, at);
  };
  for (let left = number(); left > 0; left -= 1) {
    const name = text();
    headers.set(name.toLowerCase(), text());
  }
  return headers;
}
