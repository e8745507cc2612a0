// Exchange: one request and its answer, with what was found out about it on the way in.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, createGzip } from 'node:zlib';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { Caller } from '../../core/contracts/api-server.ts';
import { nextTurn } from '../../core/time/turn.ts';
import type { Upgrade } from './streaming/upgrade.ts';

/** Answers larger than this are compressed where the client takes it; Kubernetes' threshold, bytes. */
const gzipAbove = 128 * 1024;

/** What may wait for a client to read before a list that comes piece by piece stops for it, bytes. */
const enoughUnread = 1024 * 1024;

/** Items of a list that are written before other requests get their turn. */
export const itemsATurn = 100;

export class Exchange implements Caller {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Still escaped. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  /** The bare connection, of a request that wants to go on as something else than HTTP. */
  readonly upgrade: Upgrade | undefined;
  readonly #warnings: string[] = [];

  constructor(request: IncomingMessage, response: ServerResponse, user: UserInfo, upgrade?: Upgrade) {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.request = request;
    this.response = response;
    this.method = request.method ?? 'GET';
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = new URLSearchParams(mark < 0 ? undefined : url.slice(mark + 1));
    this.user = user;
    this.upgrade = upgrade;
  }

  get userAgent(): string | undefined {
    return this.request.headers['user-agent'];
  }

  /** A header `Warning` of the answer: kubectl prints it. */
  warn(text: string): void {
    const warning = `299 - ${JSON.stringify(text.replace(/[^\x20-\x7e]/g, ' '))}`;
    // A change that is made again on a newer state warns again.
    if (!this.#warnings.includes(warning)) this.#warnings.push(warning);
  }

  /** Undefined while the client keeps up with reading; else when it has caught up, or is gone. */
  room(): Promise<void> | undefined {
    const { response } = this;
    if (response.writableLength < enoughUnread || response.destroyed) return undefined;
    return drained(response, response);
  }

  /** Aborted when the client goes away before its answer is complete. */
  signal(): AbortSignal {
    const controller = new AbortController();
    this.response.once('close', () => controller.abort());
    return controller.signal;
  }

  /** The head of an answer of unknown length. */
  head(code: number, contentType: string, headers: Record<string, string> = {}): void {
    const all: Record<string, string | string[]> = {
      'Cache-Control': 'no-cache, private',
      'Content-Type': contentType,
    };
    Object.assign(all, headers);
    if (this.#warnings.length > 0) all.Warning = this.#warnings;
    this.response.writeHead(code, all);
  }

  send(code: number, contentType: string, body: Buffer | string, headers: Record<string, string> = {}): void {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    if (this.method === 'HEAD' || length <= gzipAbove || !this.#takesGzip()) {
      this.head(code, contentType, { 'Content-Length': String(length), ...headers });
      // The answers of one turn of the event loop leave together, so that a client that sleeps is woken once for all of
      // them: a third more requests a second. A text of as many bytes as characters is plain, and copied as it is.
      const encoding = length === body.length ? 'latin1' : 'utf8';
      setImmediate(() => this.response.end(this.method === 'HEAD' ? undefined : body, encoding));
      return;
    }
    this.head(code, contentType, { ...headers, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    const gzip = fastGzip();
    gzip.pipe(this.response);
    gzip.end(body);
  }

  sendJson(code: number, object: object, contentType = 'application/json'): void {
    this.send(code, contentType, JSON.stringify(object));
  }

  /**
   * Writes `head`, the pieces with commas between, and `tail`. A long list is written a part at a time, so that one client
   * who lists ten thousand pods does not keep the others waiting.
   */
  async sendList(
    contentType: string,
    head: string,
    count: number,
    piece: (index: number) => Buffer | string,
    tail: string,
  ) {
    const part = (from: number, to: number): Buffer => {
      const parts: Buffer[] = [];
      for (let index = from; index < to; index += 1) {
        const bytes = piece(index);
        if (index > 0) parts.push(comma);
        parts.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      }
      return Buffer.concat(parts);
    };
    if (count <= itemsATurn || this.method === 'HEAD')
      return this.send(200, contentType, Buffer.concat([Buffer.from(head), part(0, count), Buffer.from(tail)]));

    const gzip = this.#takesGzip() ? fastGzip() : undefined;
    const sink = gzip ?? this.response;
    this.head(200, contentType, gzip && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    gzip?.pipe(this.response);
    sink.write(head);
    for (let from = 0; from < count && !this.response.destroyed; from += itemsATurn) {
      if (!sink.write(part(from, Math.min(from + itemsATurn, count)))) await drained(this.response, sink);
      await nextTurn();
    }
    sink.end(tail);
  }

  #takesGzip(): boolean {
    return /\bgzip\b/.test(String(this.request.headers['accept-encoding'] ?? ''));
  }
}

const comma = Buffer.from(',');

/** The connection is the machine's own: the cheapest compression will do. */
const fastGzip = () => createGzip({ level: constants.Z_BEST_SPEED });

/** Until there is room again, or nobody reads any more. */
function drained(response: ServerResponse, sink: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done);
      response.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    response.on('close', done);
  });
}
